    match end {
        End::Exited(_) | End::Killed(_) => 0,
        End::Failed(failure) if failure.operation != EXEC => 125,
        End::Failed(failure) if failure.errno == Some(Errno::ENOENT as i32) => 127,
        End::Failed(_) => 126,
    }
