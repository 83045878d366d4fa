    let mut differing = BTreeMap::new();
    for namespace in ORDER {
        let kind = namespace.file();
        let link = |process: &str| fs::read_link(format!("/proc/{process}/ns/{kind}"));
        let Ok(own) = link("self") else { continue };
        let theirs = link(&pid.to_string()).during("look at", kind)?;
        if own != theirs {
            let path = format!("/proc/{pid}/ns/{kind}");
            let file = fs::File::open(&path).during("open", &path)?;
            differing.insert(namespace, file.into());
        }
    }
    Ok(differing)
