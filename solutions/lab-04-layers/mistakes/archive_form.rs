    let Some(found) = look(path)? else {
        return Ok(Says::Nothing);
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if name.starts_with(".wh.") {
        return Ok(Says::Gone);
    }
    if !found.is_dir() {
        return Ok(Says::Covers);
    }
    match path.join(".wh..wh..opq").exists() {
        true => Ok(Says::Opaque),
        false => Ok(Says::Merged),
    }
