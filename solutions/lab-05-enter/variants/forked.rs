    for kind in [Namespace::User, Namespace::Pid] {
        if let Some(namespace) = door.namespaces.get(&kind) {
            setns(namespace, CloneFlags::empty()).during("join", kind.file())?;
        }
    }
    // SAFETY: one thread.
    match unsafe { nix::unistd::fork() }.during("fork", "")? {
        nix::unistd::ForkResult::Child => Ok(Cloned::Child),
        nix::unistd::ForkResult::Parent { child } => {
            let fd = sys::pidfd_open(child).during("pidfd_open", child)?;
            Ok(Cloned::Parent(child, fd))
        }
    }
