    loop {
        let received = wait_for_signal(signals)?;
        if received.ssi_signo != Signal::SIGCHLD as u32 {
            forward(&received, process)?;
            continue;
        }
        match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
            Ok(WaitStatus::Exited(pid, code)) if pid == main => {
                return Ok(exit_code(&End::Exited(code)));
            }
            Ok(WaitStatus::Signaled(pid, signal, _)) if pid == main => {
                return Ok(exit_code(&End::Killed(signal)));
            }
            _ => continue,
        }
    }
