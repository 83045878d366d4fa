    let flags: CloneFlags = plan.namespaces.iter().map(|n| n.flag()).collect();
    let cgroup = plan.cgroup.as_ref().map(|cgroup| cgroup.as_fd());
    let cloned = sys::clone3(CloneFlags::empty(), cgroup).during("clone", "")?;
    if let Cloned::Child = cloned {
        nix::sched::unshare(flags).during("unshare", format!("{:?}", plan.namespaces))?;
    }
    Ok(cloned)
