    let _ = root;
    mount(
        Some(wanted.kind),
        wanted.point,
        Some(wanted.kind),
        wanted.flags,
        Some(wanted.options),
    )
    .during("mount", wanted.point)
