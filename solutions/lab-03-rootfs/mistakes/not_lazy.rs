    umount2(".", MntFlags::empty()).during("unmount", "the old root")?;
    chdir("/").during("chdir", "/")
