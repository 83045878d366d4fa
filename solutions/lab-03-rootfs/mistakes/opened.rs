    let how = OpenHow::new()
        .flags(OFlag::O_CLOEXEC)
        .resolve(ResolveFlag::RESOLVE_IN_ROOT);
    openat2(root, path, how)
