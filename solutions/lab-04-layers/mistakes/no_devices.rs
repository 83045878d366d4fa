    let found = match fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Says::Nothing),
        Err(error) => return Err(error).during("stat", path.display()),
    };
    if found.is_dir() {
        let value = attribute(path, opaque_attribute())?;
        if value == Some(b"y".to_vec()) {
            return Ok(Says::Opaque);
        }
        return Ok(Says::Merged);
    }
    let kind = SFlag::from_bits_truncate(found.mode() & SFlag::S_IFMT.bits());
    if kind == SFlag::S_IFCHR
        && nix::sys::stat::major(found.rdev()) == 0
        && nix::sys::stat::minor(found.rdev()) == 0
    {
        Ok(Says::Covers)
    } else {
        Ok(Says::Covers)
    }
