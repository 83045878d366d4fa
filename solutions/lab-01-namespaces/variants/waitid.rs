    use nix::sys::wait::{Id, waitid};
    loop {
        let received = wait_for_signal(signals)?;
        if received.ssi_signo != Signal::SIGCHLD as u32 {
            forward(&received, process)?;
            continue;
        }
        let any = WaitPidFlag::WEXITED | WaitPidFlag::WNOHANG;
        let mut main_ended = None;
        loop {
            match waitid(Id::All, any) {
                Ok(WaitStatus::Exited(pid, code)) if pid == main => {
                    main_ended = Some(End::Exited(code));
                }
                Ok(WaitStatus::Signaled(pid, signal, _)) if pid == main => {
                    main_ended = Some(End::Killed(signal));
                }
                Ok(WaitStatus::StillAlive) | Err(Errno::ECHILD) => break,
                Err(Errno::EINTR) | Ok(_) => continue,
                Err(errno) => return Err(errno),
            }
        }
        if let Some(end) = main_ended {
            return Ok(exit_code(&end));
        }
    }
