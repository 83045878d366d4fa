    let _ = version;
    let mut list = Vec::new();
    if let Some(millis) = limits.cpus {
        list.push(Setting::of("cpu.cfs_period_us", PERIOD));
        list.push(Setting::of("cpu.cfs_quota_us", millis * PERIOD / 1000));
    }
    if let Some(shares) = limits.cpu_shares {
        list.push(Setting::of("cpu.shares", shares));
    }
    if let Some(bytes) = limits.memory {
        list.push(Setting::of("memory.limit_in_bytes", bytes));
        list.push(Setting::if_there("memory.memsw.limit_in_bytes", bytes));
    }
    if let Some(count) = limits.pids {
        list.push(Setting::of("pids.max", count));
    }
    if let Some(cpus) = &limits.cpuset {
        list.push(Setting::of("cpuset.cpus", cpus));
    }
    list
