    chdir(root).during("chdir", root.display())?;
    chroot(".").during("chroot", root.display())
