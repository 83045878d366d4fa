    let Some(found) = look(path)? else {
        return Ok(Says::Nothing);
    };
    if found.file_type().is_char_device() && found.rdev() == 0 {
        return Ok(Says::Gone);
    }
    if !found.is_dir() {
        return Ok(Says::Covers);
    }
    match attribute(path, opaque_attribute())? {
        Some(_) => Ok(Says::Opaque),
        None => Ok(Says::Merged),
    }
