    mask(root, path)
