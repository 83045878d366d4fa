    let (version, directory) = group.directory("freezer").ok_or_else(nowhere)?;
    match version {
        Version::V1 => {
            let state = if frozen { "frozen" } else { "thawed" };
            file::write(directory, "freezer.state", state)?;
            until(state, || {
                Ok(file::read(directory, "freezer.state")? == state)
            })
        }
        Version::V2 => {
            let wanted = u64::from(frozen);
            let state = if frozen { "frozen" } else { "thawed" };
            file::write(directory, "cgroup.freeze", state)?;
            until("frozen", || {
                Ok(file::entry(directory, "cgroup.events", "frozen")? == wanted)
            })
        }
    }
