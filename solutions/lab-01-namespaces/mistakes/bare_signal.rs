    match end {
        End::Exited(code) => *code as u8,
        End::Killed(signal) => *signal as u8,
        End::Failed(failure) if failure.operation != EXEC => 125,
        End::Failed(failure) if failure.errno == Some(Errno::ENOENT as i32) => 127,
        End::Failed(_) => 126,
    }
