    chroot(root).during("chroot", root.display())?;
    chdir(root).during("chdir", root.display())
