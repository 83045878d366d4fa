    pivot_root(root, root).during("pivot_root", root.display())?;
    chdir(root).during("chdir", root.display())
