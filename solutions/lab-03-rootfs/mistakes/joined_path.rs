    let below = path.strip_prefix("/").unwrap_or(path);
    let whole = Path::new("/proc/self/fd")
        .join(root.as_raw_fd().to_string())
        .join(below);
    nix::fcntl::open(&whole, OFlag::O_PATH | OFlag::O_CLOEXEC, Mode::empty())
