    loop {
        kill_all(group)?;
        match fs::remove_dir(group).during("remove cgroup", group.display()) {
            Err(failure) if failure.errno == Some(libc::EBUSY) && Instant::now() < deadline => {
                std::thread::sleep(PAUSE);
            }
            Err(failure) if is_absent(&failure) => return Ok(()),
            done => return done,
        }
    }
