    let mut found: Vec<PathBuf> = vec![];
    for directory in directories {
        let path = directory.join(name);
        match whiteout::read(&path)? {
            Says::Nothing => continue,
            Says::Merged => found.push(path),
            Says::Opaque => {
                found.push(path);
                return Ok(Below::Directory(found));
            }
            Says::Covers if found.is_empty() => return Ok(Below::Other(path)),
            Says::Gone => return Ok(Below::Nothing),
            Says::Covers => break,
        }
    }
    if found.is_empty() {
        Ok(Below::Nothing)
    } else {
        Ok(Below::Directory(found))
    }
