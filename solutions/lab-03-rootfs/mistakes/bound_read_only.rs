    let _ = root;
    let flags = MsFlags::MS_BIND | MsFlags::MS_RDONLY;
    mount(Some("/"), "/", None::<&str>, flags, None::<&str>).during("make read-only", "/")
