    let mounted = place::directory(root, target)?;
    set_read_only(mounted.as_fd(), false).during("make read-only", target.display())
