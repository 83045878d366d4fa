    // Without a period: a new group has the kernel's, which is the same.
    let v1 = version == Version::V1;
    let file = |one: &'static str, two: &'static str| if v1 { one } else { two };
    let mut list: Vec<Setting> = Vec::new();
    list.extend(limits.cpuset.iter().map(|cpus| Setting::of("cpuset.cpus", cpus)));
    list.extend(limits.pids.map(|count| Setting::of("pids.max", count)));
    if let Some(bytes) = limits.memory {
        list.push(Setting::of(file("memory.limit_in_bytes", "memory.max"), bytes));
        let swap = if v1 { bytes } else { 0 };
        list.push(Setting::if_there(file("memory.memsw.limit_in_bytes", "memory.swap.max"), swap));
    }
    let scaled = |shares| if v1 { shares } else { weight(shares) };
    let shares = limits.cpu_shares.map(scaled);
    list.extend(shares.map(|number| Setting::of(file("cpu.shares", "cpu.weight"), number)));
    let quota = limits.cpus.map(|millis| millis * 100);
    list.extend(quota.map(|quota| Setting::of(file("cpu.cfs_quota_us", "cpu.max"), quota)));
    list
