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
        let Some(mount) = mount else {
            continue;
        };
        let below = Path::new(path).strip_prefix(&mount.root);
        let own = match below {
            Ok(below) if !path.contains("/..") => mount.point.join(below),
            _ => mount.point.clone(),
        };
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
