    chdir(root).during("chdir", root.display())?;
    pivot_root("/", ".").during("pivot_root", root.display())
