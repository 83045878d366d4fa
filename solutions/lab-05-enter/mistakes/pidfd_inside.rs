    let target = sys::pidfd_open(door.pid).during("pidfd_open", door.pid)?;
    let mut flags = CloneFlags::empty();
    for kind in door.namespaces.keys() {
        if !matches!(kind, Namespace::User | Namespace::Pid) {
            flags |= kind.flag();
        }
    }
    setns(target, flags).during("join", "the container")
