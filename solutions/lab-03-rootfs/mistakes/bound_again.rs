    let _ = root;
    let (none, bind) = (None::<&str>, MsFlags::MS_BIND);
    mount(Some("/"), "/", none, bind | MsFlags::MS_REC, none).during("bind", "/")?;
    let read_only = MsFlags::MS_REMOUNT | bind | MsFlags::MS_RDONLY;
    mount(none, "/", none, read_only, none).during("make read-only", "/")
