    let place = place::directory(root, target)?;
    let flags = MsFlags::MS_BIND | MsFlags::MS_REC | MsFlags::MS_RDONLY;
    mount(
        Some(&place.path()),
        &place.path(),
        None::<&str>,
        flags,
        None::<&str>,
    )
    .during("make read-only", target.display())
