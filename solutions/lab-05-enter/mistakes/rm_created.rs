    use Status::*;
    match (act, from) {
        (Act::Start, Created | Restarting | Exited) => Some(Running),
        (Act::Exec, Running) => Some(Running),
        (Act::Pause, Running) => Some(Paused),
        (Act::Unpause, Paused) => Some(Running),
        (Act::Stop, Running | Paused | Exited) => Some(Exited),
        (Act::Kill, Created | Running | Paused | Restarting) => Some(Exited),
        (Act::Restart, Running | Paused | Exited) => Some(Restarting),
        (Act::Remove, Created | Exited) => Some(Removed),
        _ => None,
    }
