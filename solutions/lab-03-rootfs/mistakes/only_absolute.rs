    let below = path.strip_prefix("/").unwrap_or(path);
    let flags = OFlag::O_PATH | OFlag::O_CLOEXEC;
    let target = nix::fcntl::readlinkat(root, below).map(PathBuf::from);
    match target.as_ref().map(|target| target.strip_prefix("/")) {
        Ok(Ok(inside)) => openat(root, inside, flags, Mode::empty()),
        _ => openat(root, below, flags, Mode::empty()),
    }
