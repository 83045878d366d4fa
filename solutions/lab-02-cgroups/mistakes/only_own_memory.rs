    let mut notes = Vec::new();
    if let (Some(_), Some(kills @ 1..)) = (limits.memory, stats.oom_kills) {
        let limit = limits.memory;
        notes.push(Note::OutOfMemory { kills, limit });
    }
    if let (Some(cpus), Some(throttled @ 1..)) = (limits.cpus, stats.throttled) {
        notes.push(Note::Throttled {
            throttled,
            periods: stats.periods.unwrap_or(0),
            usec: stats.throttled_usec.unwrap_or(0),
            cpus,
        });
    }
    if let (Some(limit), Some(times @ 1..)) = (limits.pids, stats.refused) {
        notes.push(Note::Refused { times, limit });
    }
    notes
