    for directory in directories {
        let path = directory.join(name);
        match whiteout::read(&path)? {
            Says::Nothing => continue,
            Says::Merged | Says::Opaque => return Ok(Below::Directory(vec![path])),
            Says::Covers => return Ok(Below::Other(path)),
            Says::Gone => break,
        }
    }
    Ok(Below::Nothing)
