    let place = place::directory(root, Path::new(wanted.point))?;
    mount(
        Some(wanted.kind),
        &place.path(),
        Some(wanted.kind),
        MsFlags::empty(),
        Some(wanted.options),
    )
    .during("mount", wanted.point)
