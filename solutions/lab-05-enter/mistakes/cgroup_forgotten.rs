    for kind in [Namespace::Ipc, Namespace::Uts, Namespace::Net, Namespace::Mount] {
        if let Some(namespace) = door.namespaces.get(&kind) {
            setns(namespace, kind.flag()).during("join", kind.file())?;
        }
    }
    Ok(())
