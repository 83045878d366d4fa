    let mut machine = Machine::default();
    for line in membership.lines() {
        let fields: Vec<&str> = line.splitn(3, ':').collect();
        let &[_, names, path] = fields.as_slice() else {
            continue;
        };
        let mount = mounts.iter().rfind(|mount| match names {
            "" => mount.kind == "cgroup2",
            names => mount.kind == "cgroup" && mount.options.iter().any(|option| option == names),
        });
        let Some(mount) = mount.filter(|_| !names.starts_with("name=")) else {
            continue;
        };
        let below = Path::new(path).strip_prefix(&mount.root).ok();
        let below = below.filter(|_| !path.contains("/.."));
        let own = below.map_or(mount.point.clone(), |below| mount.point.join(below));
        let hierarchy = Hierarchy {
            mount: mount.point.clone(),
            own: own.components().collect(),
            controllers: Some(names).filter(|name| !name.is_empty()).map(String::from).into_iter().collect(),
        };
        match names {
            "" => machine.v2 = Some(hierarchy),
            _ => machine.v1.push(hierarchy),
        }
    }
    machine
