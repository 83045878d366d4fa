    let mut flags = CloneFlags::empty();
    for (namespace, flag) in [
        (Namespace::Mount, CloneFlags::CLONE_NEWNS),
        (Namespace::Uts, CloneFlags::CLONE_NEWUTS),
        (Namespace::Ipc, CloneFlags::CLONE_NEWIPC),
        (Namespace::Net, CloneFlags::CLONE_NEWNET),
    ] {
        if plan.creates(namespace) {
            flags |= flag;
        }
    }
    let cgroup = plan.cgroup.as_ref().map(|cgroup| cgroup.as_fd());
    sys::clone3(flags, cgroup).during("clone", format!("{:?}", plan.namespaces))
