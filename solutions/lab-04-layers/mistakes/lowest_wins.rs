    let mut merged = Vec::new();
    for directory in directories.iter().rev() {
        let path = directory.join(name);
        match whiteout::read(&path)? {
            Says::Nothing => continue,
            Says::Merged => merged.push(path),
            Says::Opaque => {
                merged.push(path);
                break;
            }
            Says::Covers if merged.is_empty() => return Ok(Below::Other(path)),
            Says::Covers | Says::Gone => break,
        }
    }
    Ok(match merged.is_empty() {
        true => Below::Nothing,
        false => Below::Directory(merged),
    })
