    let path = Path::new("/dev").join(device.name);
    let dev = place::directory(root, Path::new("/dev"))?;
    let mode = Mode::from_bits_truncate(0o666);
    let number = makedev(device.major, device.minor);
    match mknodat(dev.as_fd(), device.name, SFlag::empty(), mode, number) {
        Ok(()) => fchmodat(dev.as_fd(), device.name, mode, FchmodatFlags::FollowSymlink)
            .during("chmod", path.display()),
        Err(Errno::EPERM) => bind_from_host(root, &path),
        Err(errno) => Err(errno).during("mknod", path.display()),
    }
