    unshare(CloneFlags::CLONE_NEWNS).during("unshare", "the cgroup namespace")
