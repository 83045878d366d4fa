    std::fs::create_dir_all("/proc").during("create", "/proc")
