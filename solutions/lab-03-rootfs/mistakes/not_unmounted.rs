    chdir("/").during("chdir", "/")
