    let Some(place) = place::existing(root, path)? else {
        return Ok(());
    };
    let place = &place.path();
    let flags = MsFlags::MS_BIND | MsFlags::MS_REC | MsFlags::MS_RDONLY;
    mount(Some(place), place, None::<&str>, flags, None::<&str>).during("bind", path.display())
