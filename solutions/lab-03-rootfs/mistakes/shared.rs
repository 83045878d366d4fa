    let all_below = MsFlags::MS_BIND | MsFlags::MS_REC;
    mount(Some(root), root, None::<&str>, all_below, None::<&str>).during("bind", root.display())?;
    // So that what the host mounts later is seen inside.
    let shared = MsFlags::MS_SHARED | MsFlags::MS_REC;
    mount(None::<&str>, root, None::<&str>, shared, None::<&str>).during("share", root.display())
