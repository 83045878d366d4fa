    let Some(place) = place::existing(root, path)? else {
        return Ok(());
    };
    let all_below = MsFlags::MS_BIND | MsFlags::MS_REC;
    mount(Some(&place.path()), &place.path(), None::<&str>, all_below, None::<&str>)
        .during("bind", path.display())?;
    sys::set_read_only(place.as_fd(), true).during("make read-only", path.display())
