    let mut notes = Vec::new();
    let kills = stats.oom_kills.unwrap_or(0);
    if kills > 0 {
        notes.push(Note::OutOfMemory { kills, limit: limits.memory });
    }
    if let (Some(limit), Some(times @ 1..)) = (limits.pids, stats.refused) {
        notes.push(Note::Refused { times, limit });
    }
    notes
