    umount2("/", MntFlags::MNT_DETACH).during("unmount", "the old root")?;
    chdir("/").during("chdir", "/")
