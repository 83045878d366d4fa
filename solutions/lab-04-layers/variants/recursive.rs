    let Some((topmost, rest)) = directories.split_first() else {
        return Ok(Below::Nothing);
    };
    let path = topmost.join(name);
    Ok(match whiteout::read(&path)? {
        Says::Nothing => below(rest, name)?,
        Says::Gone => Below::Nothing,
        Says::Covers => Below::Other(path),
        Says::Opaque => Below::Directory(vec![path]),
        Says::Merged => match below(rest, name)? {
            Below::Directory(more) => {
                Below::Directory(std::iter::once(path).chain(more).collect())
            }
            _ => Below::Directory(vec![path]),
        },
    })
