    umount2("/.old", MntFlags::MNT_DETACH).during("umount", "/.old")?;
    chdir("/").during("chdir", "/")
