    let mut all = BTreeMap::new();
    for namespace in ORDER {
        let path = format!("/proc/{pid}/ns/{}", namespace.file());
        let file = fs::File::open(&path).during("open", &path)?;
        all.insert(namespace, file.into());
    }
    Ok(all)
