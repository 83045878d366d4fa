    let kind = Some("bind");
    mount(Some(root), root, kind, MsFlags::MS_REC, None::<&str>).during("bind", root.display())
