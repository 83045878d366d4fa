    use std::os::fd::AsRawFd;
    let file = std::fs::File::open(source).during("open", source.display())?;
    let is_dir = file
        .metadata()
        .during("look at", source.display())?
        .is_dir();
    let place = if is_dir {
        place::directory(root, target)?
    } else {
        place::file(root, target)?
    };
    let from = format!("/proc/self/fd/{}", file.as_raw_fd());
    let flags = MsFlags::MS_BIND | MsFlags::MS_REC;
    let none = None::<&str>;
    mount(Some(from.as_str()), &place.path(), none, flags, none).during("bind", source.display())
