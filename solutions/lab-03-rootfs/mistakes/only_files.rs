    let Some(place) = place::existing(root, path)? else {
        return Ok(());
    };
    if place.is_directory()? {
        return Ok(());
    }
    let flags = MsFlags::MS_BIND;
    mount(Some("/dev/null"), &place.path(), None::<&str>, flags, None::<&str>)
        .during("cover", path.display())
