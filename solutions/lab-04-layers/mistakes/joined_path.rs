    let whole = fd_path(layer).join(path);
    let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
    nix::fcntl::open(&whole, flags, Mode::empty())
