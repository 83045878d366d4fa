    if !path.exists() {
        return Ok(Says::Nothing);
    }
    let found = fs::symlink_metadata(path).during("stat", path.display())?;
    if found.file_type().is_char_device() && found.rdev() == 0 {
        return Ok(Says::Gone);
    }
    if !found.is_dir() {
        return Ok(Says::Covers);
    }
    match attribute(path, opaque_attribute())?.as_deref() {
        Some(b"y") => Ok(Says::Opaque),
        _ => Ok(Says::Merged),
    }
