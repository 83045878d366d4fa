    let Some(place) = place::existing(root, path)? else {
        return Ok(());
    };
    if !place.is_directory()? {
        return Ok(());
    }
    let flags = MsFlags::MS_RDONLY;
    mount(Some("tmpfs"), &place.path(), Some("tmpfs"), flags, Some("size=0"))
        .during("cover", path.display())
