    let mut stats = Stats {
        periods: entry(group, "cpu.stat", "nr_periods")?,
        throttled: entry(group, "cpu.stat", "nr_throttled")?,
        pids: number(group, "pids.current")?,
        refused: entry(group, "pids.events", "max")?,
        ..Stats::default()
    };
    let nanoseconds = |value: Option<u64>| value.map(|value| value / 1000);
    match version(group, "cpu") {
        Some(Version::V1) => {
            stats.cpu_usec = nanoseconds(number(group, "cpuacct.usage")?);
            stats.throttled_usec = entry(group, "cpu.stat", "throttled_time")?;
        }
        _ => {
            stats.cpu_usec = entry(group, "cpu.stat", "usage_usec")?;
            stats.throttled_usec = entry(group, "cpu.stat", "throttled_usec")?.map(|usec| usec * 1000);
        }
    }
    match version(group, "memory") {
        Some(Version::V1) => {
            stats.memory = number(group, "memory.usage_in_bytes")?;
            stats.oom_kills = entry(group, "memory.oom_control", "oom_kill")?;
        }
        _ => {
            stats.memory = number(group, "memory.current")?;
            stats.oom_kills = entry(group, "memory.events", "oom_kill")?;
        }
    }
    Ok(stats)
