    use Namespace::{Cgroup, Ipc, Mount, Net, Uts};
    for namespace in [Net, Uts, Ipc, Cgroup, Mount] {
        if let Some(descriptor) = door.namespaces.get(&namespace) {
            setns(descriptor, CloneFlags::empty()).during("setns", namespace.file())?;
        }
    }
    Ok(())
