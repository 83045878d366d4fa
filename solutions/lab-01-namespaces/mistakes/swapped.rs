    match end {
        End::Exited(code) => *code as u8,
        End::Killed(signal) => 128 + *signal as u8,
        End::Failed(failure) if failure.operation != EXEC => 125,
        End::Failed(failure) if failure.errno == Some(Errno::ENOENT as i32) => 126,
        End::Failed(_) => 127,
    }
