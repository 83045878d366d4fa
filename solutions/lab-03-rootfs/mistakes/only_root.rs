    let path = Path::new("/dev").join(device.name);
    let dev = place::directory(root, Path::new("/dev"))?;
    let mode = Mode::from_bits_truncate(0o666);
    let number = makedev(device.major, device.minor);
    mknodat(dev.as_fd(), device.name, SFlag::S_IFCHR, mode, number)
        .during("mknod", path.display())?;
    fchmodat(dev.as_fd(), device.name, mode, FchmodatFlags::FollowSymlink)
        .during("chmod", path.display())
