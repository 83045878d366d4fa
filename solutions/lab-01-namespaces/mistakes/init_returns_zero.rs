    loop {
        let received = wait_for_signal(signals)?;
        if received.ssi_signo != Signal::SIGCHLD as u32 {
            forward(&received, process)?;
            continue;
        }
        loop {
            match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
                Ok(WaitStatus::Exited(pid, _) | WaitStatus::Signaled(pid, _, _)) if pid == main => {
                    return Ok(0);
                }
                Ok(WaitStatus::StillAlive) | Err(Errno::ECHILD) => break,
                _ => continue,
            }
        }
    }
