    let Some(place) = place::existing(root, Path::new(wanted.point))? else {
        return Ok(());
    };
    mount(
        Some(wanted.kind),
        &place.path(),
        Some(wanted.kind),
        wanted.flags,
        Some(wanted.options),
    )
    .during("mount", wanted.point)
