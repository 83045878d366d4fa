    let path = place::directory(root, Path::new(wanted.point))?.path();
    mount(
        Some(wanted.kind),
        &path,
        Some(wanted.kind),
        wanted.flags,
        Some(wanted.options),
    )
    .during("mount", wanted.point)
