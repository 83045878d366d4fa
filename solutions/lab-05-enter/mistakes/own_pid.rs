    let _ = process;
    for directory in group.directories() {
        file::write(directory, "cgroup.procs", Pid::this())?;
    }
    Ok(())
