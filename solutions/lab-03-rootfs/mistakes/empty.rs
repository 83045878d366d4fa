    // Now it is a mount point.
    let (kind, flags) = (Some("tmpfs"), MsFlags::empty());
    mount(kind, root, kind, flags, None::<&str>).during("mount", root.display())
