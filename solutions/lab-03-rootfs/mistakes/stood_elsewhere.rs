    // Right as long as the program is started in /.
    pivot_root(root, root).during("pivot_root", root.display())
