    loop {
        let received = wait_for_signal(signals)?;
        if received.ssi_signo != Signal::SIGCHLD as u32 {
            forward(&received, process)?;
            continue;
        }
        match waitpid(main, Some(WaitPidFlag::WNOHANG))? {
            WaitStatus::Exited(_, code) => return Ok(exit_code(&End::Exited(code))),
            WaitStatus::Signaled(_, signal, _) => return Ok(exit_code(&End::Killed(signal))),
            _ => continue,
        }
    }
