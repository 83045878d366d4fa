    let Some(found) = look(path)? else {
        return Ok(Says::Nothing);
    };
    let kind = found.mode() & libc::S_IFMT;
    Ok(match (kind, found.rdev()) {
        (libc::S_IFCHR, 0) => Says::Gone,
        (libc::S_IFDIR, _) => match attribute(path, opaque_attribute())? {
            Some(value) if value == b"y" => Says::Opaque,
            _ => Says::Merged,
        },
        _ => Says::Covers,
    })
