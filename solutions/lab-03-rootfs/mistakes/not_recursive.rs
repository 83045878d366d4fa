    let flags = MsFlags::MS_BIND;
    mount(Some(root), root, None::<&str>, flags, None::<&str>).during("bind", root.display())
