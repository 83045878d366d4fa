    read_only(root, path)
