    pivot_root(root, root).during("pivot_root", root.display())?;
    // The old root lies on top of it: a step upwards leads there.
    chdir("/").during("chdir", "/")
