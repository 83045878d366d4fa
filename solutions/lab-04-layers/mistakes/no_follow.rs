    let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
    // What O_NOFOLLOW says of a link that O_DIRECTORY could not follow.
    openat(layer, path, flags, Mode::empty()).map_err(|errno| match errno {
        Errno::ENOTDIR => Errno::ELOOP,
        other => other,
    })
