    let place = place::directory(root, Path::new(wanted.point))?;
    // The image has these directories, or has them now.
    if wanted.kind == "tmpfs" {
        return Ok(());
    }
    mount(
        Some(wanted.kind),
        &place.path(),
        Some(wanted.kind),
        wanted.flags,
        Some(wanted.options),
    )
    .during("mount", wanted.point)
