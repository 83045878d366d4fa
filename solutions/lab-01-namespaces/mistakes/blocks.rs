    loop {
        let received = wait_for_signal(signals)?;
        if received.ssi_signo != Signal::SIGCHLD as u32 {
            forward(&received, process)?;
            continue;
        }
        loop {
            let end = match waitpid(None, None::<WaitPidFlag>) {
                Ok(WaitStatus::Exited(pid, code)) if pid == main => End::Exited(code),
                Ok(WaitStatus::Signaled(pid, signal, _)) if pid == main => End::Killed(signal),
                Err(Errno::ECHILD) => break,
                _ => continue,
            };
            return Ok(exit_code(&end));
        }
    }
