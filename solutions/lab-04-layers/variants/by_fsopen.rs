    use std::ffi::CString;
    use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

    let answer = |number: libc::c_long| match number {
        -1 => Err(std::io::Error::last_os_error()),
        number => Ok(number as i32),
    };
    let own = |number: i32| {
        // SAFETY: a descriptor the kernel has just given us, and nobody else.
        unsafe { OwnedFd::from_raw_fd(number) }
    };
    chdir(room).during("chdir", room.display())?;
    // SAFETY: the name ends in NUL.
    let fs = answer(unsafe { libc::syscall(libc::SYS_fsopen, c"overlay".as_ptr(), 1) });
    let fs = fs.map(own).during("fsopen", "overlay")?;
    // Each layer by itself: linux/mount.h, FSCONFIG_SET_STRING is 1.
    let set = |key: &str, value: &str| {
        let (key, value) = (CString::new(key)?, CString::new(value)?);
        // SAFETY: both texts end in NUL and live until the call returns.
        answer(unsafe {
            libc::syscall(
                libc::SYS_fsconfig,
                fs.as_raw_fd(),
                1,
                key.as_ptr(),
                value.as_ptr(),
                0,
            )
        })
    };
    // Since Linux 6.5; one string has 255 characters at most.
    for layer in layers.iter().rev() {
        set("lowerdir+", layer).during("fsconfig", "lowerdir+")?;
    }
    set("upperdir", "upper").during("fsconfig", "upperdir")?;
    set("workdir", "work").during("fsconfig", "workdir")?;
    for (key, value) in extra().split(',').filter_map(|option| option.split_once('=')) {
        set(key, value).during("fsconfig", key)?;
    }
    // SAFETY: FSCONFIG_CMD_CREATE, 6, takes neither key nor value.
    answer(unsafe { libc::syscall(libc::SYS_fsconfig, fs.as_raw_fd(), 6, 0, 0, 0) })
        .during("mount the overlay", room.display())?;
    // SAFETY: only numbers.
    let mount = answer(unsafe { libc::syscall(libc::SYS_fsmount, fs.as_raw_fd(), 1, 0) });
    let mount = mount.map(own).during("fsmount", room.display())?;
    // SAFETY: both texts end in NUL; MOVE_MOUNT_F_EMPTY_PATH is 4.
    answer(unsafe {
        libc::syscall(
            libc::SYS_move_mount,
            mount.as_raw_fd(),
            c"".as_ptr(),
            libc::AT_FDCWD,
            c"merged".as_ptr(),
            4,
        )
    })
    .during("move_mount", room.display())?;
    Ok(())
