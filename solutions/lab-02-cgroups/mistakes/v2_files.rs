    Ok(Stats {
        cpu_usec: entry(group, "cpu.stat", "usage_usec")?.filter(|usec| *usec > 0),
        periods: entry(group, "cpu.stat", "nr_periods")?,
        throttled: entry(group, "cpu.stat", "nr_throttled")?,
        throttled_usec: entry(group, "cpu.stat", "throttled_usec")?,
        memory: number(group, "memory.current")?,
        oom_kills: entry(group, "memory.events", "oom_kill")?,
        pids: number(group, "pids.current")?,
        refused: entry(group, "pids.events", "max")?,
    })
