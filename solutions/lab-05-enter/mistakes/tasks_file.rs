    for directory in group.directories() {
        file::write(directory, "tasks", process)?;
    }
    Ok(())
