    if received.ssi_code == libc::SI_KERNEL {
        return Ok(());
    }
    // Signal 0 only asks whether the process is there.
    let sent = unsafe {
        use std::os::fd::AsRawFd;
        let nothing = std::ptr::null::<libc::siginfo_t>();
        libc::syscall(libc::SYS_pidfd_send_signal, process.as_raw_fd(), 0, nothing, 0)
    };
    match Errno::result(sent) {
        Err(Errno::ESRCH) => Ok(()),
        sent => sent.map(drop),
    }
