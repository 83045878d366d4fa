    let place = match source.is_dir() {
        true => place::directory(root, target)?,
        false => place::directory(root, target)?,
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
