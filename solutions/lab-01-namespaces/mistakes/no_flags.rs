    let flags = CloneFlags::empty();
    let cgroup = plan.cgroup.as_ref().map(|cgroup| cgroup.as_fd());
    sys::clone3(flags, cgroup).during("clone", format!("{:?}", plan.namespaces))
