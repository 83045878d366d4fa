    // Also of version 2, where it is already: that changes nothing.
    for directory in self.directories() {
        let path = directory.join("cgroup.procs");
        fs::write(&path, pid.to_string()).during("join", path.display())?;
    }
    Ok(())
