    let (version, directory) = group.directory("freezer").ok_or_else(nowhere)?;
    match version {
        Version::V1 => {
            let state = if frozen { "THAWED" } else { "FROZEN" };
            file::write(directory, "freezer.state", state)?;
            until(state, || {
                Ok(file::read(directory, "freezer.state")? == state)
            })
        }
        Version::V2 => {
            let wanted = u64::from(!frozen);
            file::write(directory, "cgroup.freeze", wanted)?;
            until("frozen", || {
                Ok(file::entry(directory, "cgroup.events", "frozen")? == wanted)
            })
        }
    }
