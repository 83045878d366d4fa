    let Some(found) = look(path)? else {
        return Ok(Says::Nothing);
    };
    if found.file_type().is_char_device() && found.rdev() == 0 {
        return Ok(Says::Gone);
    }
    Ok(match found.is_dir() {
        true => Says::Merged,
        false => Says::Covers,
    })
