    if received.ssi_code == libc::SI_KERNEL {
        return Ok(());
    }
    match sys::pidfd_send_signal(process, Signal::SIGTERM) {
        Err(Errno::ESRCH) => Ok(()),
        sent => sent,
    }
