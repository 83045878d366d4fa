    chdir(root).during("chdir", root.display())?;
    std::fs::create_dir_all(".old").during("mkdir", ".old")?;
    pivot_root(".", ".old").during("pivot_root", root.display())
