    for namespace in ORDER {
        if [Namespace::User, Namespace::Pid, Namespace::Mount].contains(&namespace) {
            continue;
        }
        if let Some(descriptor) = door.namespaces.get(&namespace) {
            setns(descriptor, namespace.flag()).during("setns", namespace.file())?;
        }
    }
    Ok(())
