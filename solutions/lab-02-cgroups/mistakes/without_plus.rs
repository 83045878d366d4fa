    for directory in way_down(parent) {
        let there = file::words(directory, "cgroup.controllers")?;
        let enabled = file::words(directory, "cgroup.subtree_control")?;
        for name in wanted {
            if there.contains(name) && !enabled.contains(name) {
                file::write(directory, "cgroup.subtree_control", name)?;
            }
        }
    }
    Ok(())
