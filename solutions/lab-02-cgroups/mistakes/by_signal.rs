    let (_, directory) = group.directory("freezer").ok_or_else(nowhere)?;
    let signal = if frozen { libc::SIGSTOP } else { libc::SIGCONT };
    for process in file::words(directory, "cgroup.procs")? {
        // SAFETY: two integers.
        unsafe { libc::kill(process.parse().unwrap_or(0), signal) };
    }
    until("stopped", || Ok(true))
