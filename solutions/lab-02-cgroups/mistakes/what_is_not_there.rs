    for directory in way_down(parent) {
        let enabled = file::words(directory, "cgroup.subtree_control")?;
        for name in wanted {
            if !enabled.contains(name) {
                file::write(directory, "cgroup.subtree_control", format!("+{name}"))?;
            }
        }
    }
    Ok(())
