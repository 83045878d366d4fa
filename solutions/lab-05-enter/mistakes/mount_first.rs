    for namespace in ORDER.into_iter().rev() {
        if [Namespace::User, Namespace::Pid].contains(&namespace) {
            continue;
        }
        if door.namespaces.contains_key(&namespace) {
            let path = format!("/proc/{}/ns/{}", door.pid, namespace.file());
            let descriptor = fs::File::open(&path).during("open", &path)?;
            setns(descriptor, namespace.flag()).during("setns", namespace.file())?;
        }
    }
    Ok(())
