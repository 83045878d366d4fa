    let mut flags = CloneFlags::empty();
    if plan.creates(Namespace::Pid) {
        flags |= CloneFlags::CLONE_NEWPID;
    }
    if plan.creates(Namespace::Mount) {
        flags |= CloneFlags::CLONE_NEWNS;
    }
    if plan.creates(Namespace::Uts) {
        flags |= CloneFlags::CLONE_NEWUTS;
    }
    if plan.creates(Namespace::Net) {
        flags |= CloneFlags::CLONE_NEWNET;
    }
    let cgroup = plan.cgroup.as_ref().map(|cgroup| cgroup.as_fd());
    sys::clone3(flags, cgroup).during("clone", format!("{:?}", plan.namespaces))
