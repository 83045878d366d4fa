    let Some(place) = place::existing(root, path)? else {
        return Ok(());
    };
    let (place, all_below) = (&place.path(), MsFlags::MS_BIND | MsFlags::MS_REC);
    mount(Some(place), place, None::<&str>, all_below, None::<&str>).during("bind", path.display())?;
    if let Some(mounted) = place::existing(root, path)? {
        let flags = MsFlags::MS_REMOUNT | MsFlags::MS_RDONLY;
        mount(None::<&str>, &mounted.path(), None::<&str>, flags, None::<&str>)
            .during("make read-only", path.display())?;
    }
    Ok(())
