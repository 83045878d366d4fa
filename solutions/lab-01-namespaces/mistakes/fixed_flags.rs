    let flags = CloneFlags::CLONE_NEWPID
        | CloneFlags::CLONE_NEWNS
        | CloneFlags::CLONE_NEWUTS
        | CloneFlags::CLONE_NEWIPC;
    let cgroup = plan.cgroup.as_ref().map(|cgroup| cgroup.as_fd());
    sys::clone3(flags, cgroup).during("clone", format!("{:?}", plan.namespaces))
