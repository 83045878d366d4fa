    let place = place::directory(root, Path::new(wanted.point))?;
    mount(
        Some(wanted.kind),
        &place.path(),
        Some(wanted.kind),
        wanted.flags,
        None::<&str>,
    )
    .during("mount", wanted.point)
