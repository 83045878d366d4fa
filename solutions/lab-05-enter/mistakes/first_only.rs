    for kind in ORDER {
        if matches!(kind, Namespace::User | Namespace::Pid) {
            continue;
        }
        if let Some(namespace) = door.namespaces.get(&kind) {
            return setns(namespace, kind.flag()).during("join", kind.file());
        }
    }
    Ok(())
