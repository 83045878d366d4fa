    let mut notes = Vec::new();
    if limits.memory.is_some() {
        let kills = stats.oom_kills.unwrap_or(0);
        notes.push(Note::OutOfMemory { kills, limit: limits.memory });
    }
    if let Some(cpus) = limits.cpus {
        notes.push(Note::Throttled {
            throttled: stats.throttled.unwrap_or(0),
            periods: stats.periods.unwrap_or(0),
            usec: stats.throttled_usec.unwrap_or(0),
            cpus,
        });
    }
    if let Some(limit) = limits.pids {
        notes.push(Note::Refused { times: stats.refused.unwrap_or(0), limit });
    }
    notes
