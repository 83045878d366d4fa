    let directories: Vec<PathBuf> = self.v1.values().cloned().collect();
    std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(250));
        for directory in directories {
            let _ = file::write(&directory, "cgroup.procs", pid);
        }
    });
    Ok(())
