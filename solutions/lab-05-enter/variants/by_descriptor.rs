    use std::os::fd::AsRawFd;
    let flags = nix::fcntl::OFlag::O_PATH | nix::fcntl::OFlag::O_CLOEXEC;
    let file = nix::fcntl::open(source, flags, nix::sys::stat::Mode::empty());
    let file = std::fs::File::from(file.during("open", source.display())?);
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
