    pivot_root(".", ".").during("pivot_root", root.display())
