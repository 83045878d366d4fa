    if let Some(directory) = self.v1.get("memory") {
        file::write(directory, "cgroup.procs", pid)?;
    }
    Ok(())
