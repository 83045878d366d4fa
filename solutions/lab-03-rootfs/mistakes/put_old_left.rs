    let old = root.join(".old");
    std::fs::create_dir_all(&old).during("mkdir", old.display())?;
    pivot_root(root, &old).during("pivot_root", root.display())?;
    chdir("/.old").during("chdir", "/.old")
