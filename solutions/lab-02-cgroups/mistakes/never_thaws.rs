    let _ = frozen;
    let (version, directory) = group.directory("freezer").ok_or_else(nowhere)?;
    match version {
        Version::V1 => file::write(directory, "freezer.state", "FROZEN"),
        Version::V2 => file::write(directory, "cgroup.freeze", 1),
    }
