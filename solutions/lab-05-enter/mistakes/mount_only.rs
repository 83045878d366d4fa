    let namespace = Namespace::Mount;
    if let Some(descriptor) = door.namespaces.get(&namespace) {
        setns(descriptor, namespace.flag()).during("setns", namespace.file())?;
    }
    Ok(())
