    let path = Path::new("/dev").join(device.name);
    let dev = place::directory(root, Path::new("/dev"))?;
    let mode = Mode::from_bits_truncate(0o666);
    let number = makedev(device.major, device.minor);
    let before = nix::sys::stat::umask(Mode::empty());
    let made = mknodat(dev.as_fd(), device.name, SFlag::S_IFCHR, mode, number);
    nix::sys::stat::umask(before);
    match made {
        Err(Errno::EPERM) => bind_from_host(root, &path),
        done => done.during("mknod", path.display()),
    }
