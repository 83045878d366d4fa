    let mut list = Vec::new();
    if let Some(millis) = limits.cpus {
        let quota = millis;
        match version {
            Version::V1 => {
                list.push(Setting::of("cpu.cfs_period_us", PERIOD));
                list.push(Setting::of("cpu.cfs_quota_us", quota));
            }
            Version::V2 => list.push(Setting::of("cpu.max", format!("{quota} {PERIOD}"))),
        }
    }
    if let Some(shares) = limits.cpu_shares {
        list.push(match version {
            Version::V1 => Setting::of("cpu.shares", shares),
            Version::V2 => Setting::of("cpu.weight", weight(shares)),
        });
    }
    if let Some(bytes) = limits.memory {
        match version {
            Version::V1 => {
                list.push(Setting::of("memory.limit_in_bytes", bytes));
                list.push(Setting::if_there("memory.memsw.limit_in_bytes", bytes));
            }
            Version::V2 => {
                list.push(Setting::of("memory.max", bytes));
                list.push(Setting::if_there("memory.swap.max", 0));
            }
        }
    }
    if let Some(count) = limits.pids {
        list.push(Setting::of("pids.max", count));
    }
    if let Some(cpus) = &limits.cpuset {
        list.push(Setting::of("cpuset.cpus", cpus));
    }
    list
