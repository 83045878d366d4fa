    let Some(found) = look(path)? else {
        return Ok(Says::Nothing);
    };
    if found.file_type().is_char_device() {
        return Ok(Says::Gone);
    }
    if !found.is_dir() {
        return Ok(Says::Covers);
    }
    match attribute(path, opaque_attribute())?.as_deref() {
        Some(b"y") => Ok(Says::Opaque),
        _ => Ok(Says::Merged),
    }
