    chdir(root).during("chdir", root.display())
