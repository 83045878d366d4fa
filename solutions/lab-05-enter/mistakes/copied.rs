    if !source.is_dir() {
        let place = place::file(root, target)?;
        std::fs::copy(source, place.path()).during("copy", source.display())?;
        return Ok(());
    }
    let place = place::directory(root, target)?;
    let entries = std::fs::read_dir(source).during("read", source.display())?;
    for entry in entries.flatten().filter(|entry| entry.path().is_file()) {
        let copy = place.path().join(entry.file_name());
        std::fs::copy(entry.path(), copy).during("copy", source.display())?;
    }
    Ok(())
