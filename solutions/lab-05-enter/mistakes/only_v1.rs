    for directory in group.v1.values() {
        file::write(directory, "cgroup.procs", process)?;
    }
    Ok(())
