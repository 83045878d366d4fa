    let mut found: Vec<PathBuf> = vec![];
    for directory in directories {
        let path = directory.join(name);
        match whiteout::read(&path)? {
            Says::Nothing => continue,
            Says::Merged => found.push(path),
            Says::Opaque => {
                return Ok(Below::Directory(found));
            }
            Says::Covers if found.is_empty() => return Ok(Below::Other(path)),
            Says::Covers | Says::Gone => break,
        }
    }
    if found.is_empty() {
        Ok(Below::Nothing)
    } else {
        Ok(Below::Directory(found))
    }
