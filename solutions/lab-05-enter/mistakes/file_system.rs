    let place = place::directory(root, target)?;
    let flags = MsFlags::MS_REMOUNT | MsFlags::MS_RDONLY;
    let none = None::<&str>;
    mount(none, &place.path(), none, flags, none).during("make read-only", target.display())
