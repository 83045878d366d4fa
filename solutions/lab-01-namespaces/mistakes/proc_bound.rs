    let flags = MsFlags::MS_BIND | MsFlags::MS_REC;
    mount(Some("/proc"), "/proc", None::<&str>, flags, None::<&str>).during("mount", "/proc")
