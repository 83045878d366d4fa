    let empty = || {
        let processes = file::read(group, "cgroup.procs");
        match file::entry(group, "cgroup.events", "populated") {
            Ok(populated) => populated == 0,
            Err(_) => processes.map_or(true, |list| list.is_empty()),
        }
    };
    while !empty() && Instant::now() < deadline {
        kill_all(group)?;
        std::thread::sleep(PAUSE);
    }
    remove_empty(group)
