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
    let by_descriptor = || -> std::io::Result<()> {
        // SAFETY: the name ends in NUL; FSOPEN_CLOEXEC is 1 (linux/mount.h).
        let fs = answer(unsafe { libc::syscall(libc::SYS_fsopen, c"overlay".as_ptr(), 1) });
        let fs = fs.map(own)?;
        let set = |key: &str, value: &str| {
            let (key, value) = (CString::new(key)?, CString::new(value)?);
            // SAFETY: both texts end in NUL and live until the call returns;
            // FSCONFIG_SET_STRING is 1.
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
        // Each layer by itself: one string has 255 characters at most.
        for layer in layers.iter().rev() {
            set("lowerdir+", layer)?;
        }
        set("upperdir", "upper")?;
        set("workdir", "work")?;
        for (key, value) in extra().split(',').filter_map(|option| option.split_once('=')) {
            set(key, value)?;
        }
        // SAFETY: FSCONFIG_CMD_CREATE, 6, takes neither key nor value.
        answer(unsafe { libc::syscall(libc::SYS_fsconfig, fs.as_raw_fd(), 6, 0, 0, 0) })?;
        // SAFETY: only numbers; FSMOUNT_CLOEXEC is 1.
        let mount = answer(unsafe { libc::syscall(libc::SYS_fsmount, fs.as_raw_fd(), 1, 0) });
        let mount = mount.map(own)?;
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
        })?;
        Ok(())
    };
    chdir(room).during("chdir", room.display())?;
    match by_descriptor() {
        // `lowerdir+` is there since Linux 6.5. Before, some kernels say so at
        // once and others when the mount is made: all in one text, then.
        Err(error) if error.raw_os_error() == Some(libc::EINVAL) => {
            let lower: Vec<&str> = layers.iter().rev().map(String::as_str).collect();
            let lower = lower.join(":");
            let options = format!("lowerdir={lower},upperdir=upper,workdir=work,{}", extra());
            mount(Some("overlay"), "merged", Some("overlay"), MsFlags::empty(), Some(&*options))
                .during("mount the overlay", room.display())
        }
        mounted => mounted.during("mount the overlay", room.display()),
    }
