    let there = file::words(parent, "cgroup.controllers")?;
    for name in wanted {
        if there.contains(name) {
            file::write(parent, "cgroup.subtree_control", format!("+{name}"))?;
        }
    }
    Ok(())
