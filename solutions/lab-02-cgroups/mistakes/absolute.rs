    let mut machine = Machine::default();
    for line in membership.lines() {
        let fields: Vec<&str> = line.splitn(3, ':').collect();
        let &[_, names, path] = fields.as_slice() else {
            continue;
        };
        let controllers: Vec<String> = match names {
            "" => Vec::new(),
            names => names.split(',').map(String::from).collect(),
        };
        // The last one: it lies over earlier ones on the same point.
        let mount = mounts.iter().rfind(|mount| match controllers.first() {
            None => mount.kind == "cgroup2",
            Some(name) => mount.kind == "cgroup" && mount.options.contains(name),
        });
        let Some(mount) = mount.filter(|_| !names.starts_with("name=")) else {
            continue;
        };
        let path = match mount.root.to_str() {
            Some("/") | None => path,
            Some(root) => path.strip_prefix(root).unwrap_or(path),
        };
        let own = mount.point.join(path);
        let hierarchy = Hierarchy {
            mount: mount.point.clone(),
            // Without the slash that joining nothing leaves behind.
            own: own.components().collect(),
            controllers,
        };
        match names {
            "" => machine.v2 = Some(hierarchy),
            _ => machine.v1.push(hierarchy),
        }
    }
    machine
