    let _ = device;
    let known = ["pts", "shm"];
    for entry in std::fs::read_dir("/dev").during("list", "/dev")? {
        let entry = entry.during("list", "/dev")?;
        let (path, name) = (entry.path(), entry.file_name());
        let kind = entry.file_type().during("look at", path.display())?;
        if kind.is_symlink() || known.iter().any(|known| name == *known) {
            continue;
        }
        if !kind.is_dir() {
            bind_from_host(root, &path)?;
            continue;
        }
        let place = place::directory(root, &path)?;
        let all_below = MsFlags::MS_BIND | MsFlags::MS_REC;
        mount(Some(&path), &place.path(), None::<&str>, all_below, None::<&str>)
            .during("bind", path.display())?;
    }
    Ok(())
