    let mut notes = Vec::new();
    let kills = stats.oom_kills.unwrap_or(0);
    if kills > 0 {
        let limit = limits.memory;
        notes.push(Note::OutOfMemory { kills, limit });
    }
    if let (Some(cpus), Some(throttled @ 1..)) = (limits.cpus, stats.throttled) {
        notes.push(Note::Throttled {
            throttled: stats.periods.unwrap_or(0),
            periods: throttled,
            usec: stats.throttled_usec.unwrap_or(0) / 1000,
            cpus,
        });
    }
    if let (Some(limit), Some(times @ 1..)) = (limits.pids, stats.refused) {
        notes.push(Note::Refused { times, limit });
    }
    notes
