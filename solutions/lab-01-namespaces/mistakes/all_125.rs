    match end {
        End::Exited(code) => *code as u8,
        End::Killed(signal) => 128 + *signal as u8,
        End::Failed(_) => 125,
    }
