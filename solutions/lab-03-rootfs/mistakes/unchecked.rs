    let place = place::directory(root, Path::new(wanted.point))?;
    let _ = mount(
        Some(wanted.kind),
        &place.path(),
        None::<&str>,
        wanted.flags,
        Some(wanted.options),
    );
    Ok(())
