    let place = place::existing(root, target)?;
    let place = place.map_or_else(|| target.to_path_buf(), |place| place.path());
    let flags = MsFlags::MS_BIND | MsFlags::MS_REC;
    mount(Some(source), &place, None::<&str>, flags, None::<&str>)
        .during("bind", source.display())
