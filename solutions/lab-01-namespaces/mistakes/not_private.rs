    // Only where we are going to mount something ourselves.
    let private = MsFlags::MS_PRIVATE;
    mount(None::<&str>, "/proc", None::<&str>, private, None::<&str>).during("make private", "/proc")
