    let place = match source.is_dir() {
        true => place::file(root, target)?,
        false => place::file(root, target)?,
    };
    let all_below = MsFlags::MS_BIND | MsFlags::MS_REC;
    mount(
        Some(source),
        &place.path(),
        None::<&str>,
        all_below,
        None::<&str>,
    )
    .during("bind", source.display())
