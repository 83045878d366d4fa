    use state::Status::{Creating, Running, Stopped};
    match seen.recorded {
        _ if seen.restarting => Status::Restarting,
        None | Some(Creating) => Status::Created,
        Some(Stopped) => Status::Exited,
        Some(Running) if seen.frozen => Status::Paused,
        Some(Running) => Status::Running,
    }
