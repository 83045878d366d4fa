    use std::os::fd::AsRawFd;
    let root = format!("/proc/self/fd/{}", root.as_raw_fd());
    let place = Path::new(&root).join(target.strip_prefix("/").unwrap_or(target));
    match source.is_dir() {
        true => std::fs::create_dir_all(&place).during("make", place.display())?,
        false => std::fs::write(&place, "").during("make", place.display())?,
    }
    let all_below = MsFlags::MS_BIND | MsFlags::MS_REC;
    mount(Some(source), &place, None::<&str>, all_below, None::<&str>)
        .during("bind", source.display())
