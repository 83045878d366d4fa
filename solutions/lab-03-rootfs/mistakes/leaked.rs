    let how = OpenHow::new()
        .flags(OFlag::O_PATH)
        .resolve(ResolveFlag::RESOLVE_IN_ROOT | ResolveFlag::RESOLVE_NO_MAGICLINKS);
    let found = openat2(root, path, how)?;
    let copy = found.try_clone().map_err(|_| Errno::EMFILE)?;
    std::mem::forget(found);
    Ok(copy)
