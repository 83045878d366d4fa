    let signal = Signal::try_from(received.ssi_signo as i32)?;
    if signal == Signal::SIGINT {
        return Ok(());
    }
    match sys::pidfd_send_signal(process, signal) {
        Err(Errno::ESRCH) => Ok(()),
        sent => sent,
    }
