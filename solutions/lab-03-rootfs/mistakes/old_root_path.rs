    let _ = root;
    std::fs::create_dir_all(wanted.point).during("mkdir", wanted.point)?;
    mount(
        Some(wanted.kind),
        wanted.point,
        Some(wanted.kind),
        wanted.flags,
        Some(wanted.options),
    )
    .during("mount", wanted.point)
