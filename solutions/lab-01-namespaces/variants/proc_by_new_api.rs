    use nix::libc;
    use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
    const CREATE: i32 = 6;
    const EMPTY_PATH: i32 = 4;
    let take = |fd: i64| -> Result<OwnedFd, Errno> {
        // SAFETY: a descriptor the kernel has just given us.
        Errno::result(fd).map(|fd| unsafe { OwnedFd::from_raw_fd(fd as i32) })
    };
    // SAFETY: the name lives through the call.
    let context = take(unsafe { libc::syscall(libc::SYS_fsopen, c"proc".as_ptr(), 1) });
    let context = context.during("fsopen", "proc")?;
    let (number, nothing) = (context.as_raw_fd(), std::ptr::null::<u8>());
    // SAFETY: FSCONFIG_CMD_CREATE takes neither key nor value.
    let made = unsafe { libc::syscall(libc::SYS_fsconfig, number, CREATE, nothing, nothing, 0) };
    Errno::result(made).during("fsconfig", "proc")?;
    // MOUNT_ATTR_NOSUID, NODEV and NOEXEC are 2, 4 and 8.
    // SAFETY: three integers in, a new descriptor out.
    let mounted = take(unsafe { libc::syscall(libc::SYS_fsmount, number, 1, 2 | 4 | 8) });
    let mounted = mounted.during("fsmount", "proc")?;
    // SAFETY: both paths live through the call.
    let moved = unsafe {
        libc::syscall(
            libc::SYS_move_mount,
            mounted.as_raw_fd(),
            c"".as_ptr(),
            libc::AT_FDCWD,
            c"/proc".as_ptr(),
            EMPTY_PATH,
        )
    };
    Errno::result(moved).map(drop).during("move_mount", "/proc")
