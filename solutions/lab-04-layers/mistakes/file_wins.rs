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
            Says::Covers => return Ok(Below::Other(path)),
            Says::Covers | Says::Gone => break,
        }
    }
    if found.is_empty() {
        Ok(Below::Nothing)
    } else {
        Ok(Below::Directory(found))
    }
