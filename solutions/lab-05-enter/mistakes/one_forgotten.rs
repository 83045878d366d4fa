    for kind in [Namespace::Net, Namespace::Uts, Namespace::Cgroup, Namespace::Mount] {
        if let Some(namespace) = door.namespaces.get(&kind) {
            setns(namespace, kind.flag()).during("join", kind.file())?;
        }
    }
    Ok(())
