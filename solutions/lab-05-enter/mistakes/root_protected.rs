    set_read_only(root, true).during("make read-only", target.display())
