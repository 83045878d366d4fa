    chroot(root).during("chroot", root.display())
