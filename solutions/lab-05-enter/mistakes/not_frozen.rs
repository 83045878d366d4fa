    use state::Status::{Creating, Running, Stopped};
    match seen.recorded {
        _ if seen.restarting => Status::Restarting,
        None | Some(Creating) => Status::Created,
        Some(Running) if seen.alive => Status::Running,
        Some(Running | Stopped) => Status::Exited,
    }
