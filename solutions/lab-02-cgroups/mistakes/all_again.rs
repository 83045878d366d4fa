    for directory in way_down(parent) {
        let there = file::words(directory, "cgroup.controllers")?;
        for name in wanted {
            if there.contains(name) {
                file::write(directory, "cgroup.subtree_control", format!("+{name}"))?;
            }
        }
    }
    Ok(())
