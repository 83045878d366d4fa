    let Some(place) = place::existing(root, path)? else {
        return Ok(());
    };
    let (from, all_below) = (&place.path(), MsFlags::MS_BIND | MsFlags::MS_REC);
    mount(Some(from), from, None::<&str>, all_below, None::<&str>).during("bind", path.display())?;
    sys::set_read_only(place.as_fd(), true).during("make read-only", path.display())
