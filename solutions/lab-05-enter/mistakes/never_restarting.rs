    use state::Status::{Creating, Running, Stopped};
    match seen.recorded {
        None | Some(Creating) => Status::Created,
        Some(Stopped) => Status::Exited,
        Some(Running) if !seen.alive => Status::Exited,
        Some(Running) if seen.frozen => Status::Paused,
        Some(Running) => Status::Running,
    }
