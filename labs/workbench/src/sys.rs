//! The system calls that no library wraps. All `unsafe` of this crate but one
//! `pre_exec` is here.

use std::ffi::CStr;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

use nix::errno::Errno;
use nix::libc;
use nix::sched::CloneFlags;
use nix::unistd::Pid;

/// The two returns of [`clone3`].
pub enum Cloned {
    Parent(Pid, OwnedFd),
    Child,
}

/// A copy of this process in new namespaces, and a pidfd of it: clone3(2).
/// The caller must have one thread only.
pub fn clone3(namespaces: CloneFlags) -> Result<Cloned, Errno> {
    let mut pidfd: RawFd = -1;
    // SAFETY: clone_args is plain numbers; all zero is its documented default.
    let mut arguments: libc::clone_args = unsafe { std::mem::zeroed() };
    arguments.flags = namespaces.bits() as u32 as u64 | libc::CLONE_PIDFD as u64;
    arguments.pidfd = &raw mut pidfd as u64;
    arguments.exit_signal = libc::SIGCHLD as u64;
    // SAFETY: no memory is shared (no CLONE_VM), no stack is given, and the
    // keeper and PID 1 have one thread, so no lock is held by another.
    let pid = unsafe {
        libc::syscall(
            libc::SYS_clone3,
            &raw const arguments,
            size_of::<libc::clone_args>(),
        )
    };
    match Errno::result(pid)? {
        0 => Ok(Cloned::Child),
        // SAFETY: the kernel just gave us this descriptor.
        pid => Ok(Cloned::Parent(Pid::from_raw(pid as i32), unsafe {
            OwnedFd::from_raw_fd(pidfd)
        })),
    }
}

/// Kills the process a pidfd stands for: pidfd_send_signal(2).
pub fn pidfd_kill(pidfd: BorrowedFd) -> Result<(), Errno> {
    // SAFETY: integers, and a null siginfo that asks for the one of kill(2).
    let result = unsafe {
        libc::syscall(
            libc::SYS_pidfd_send_signal,
            pidfd.as_raw_fd(),
            libc::SIGKILL,
            std::ptr::null::<libc::siginfo_t>(),
            0,
        )
    };
    Errno::result(result).map(drop)
}

/// Takes over a descriptor that was passed to this process by its number.
///
/// # Safety
/// The number must be one the parent left open for us, and be taken once.
pub unsafe fn inherited(number: RawFd) -> Result<OwnedFd, Errno> {
    // SAFETY: sets a flag; fails with EBADF when nothing is open there.
    Errno::result(unsafe { libc::fcntl(number, libc::F_SETFD, libc::FD_CLOEXEC) })?;
    // SAFETY: open, and by the caller's promise nobody else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(number) })
}

/// Makes a terminal the controlling one of this session: TIOCSCTTY, tty_ioctl(4).
pub fn set_controlling_terminal(terminal: BorrowedFd) -> Result<(), Errno> {
    // SAFETY: an ioctl that takes an integer.
    Errno::result(unsafe { libc::ioctl(terminal.as_raw_fd(), libc::TIOCSCTTY, 0) }).map(drop)
}

/// Removes a capability from the bounding set: PR_CAPBSET_DROP, prctl(2).
pub fn drop_from_bounding_set(capability: u32) -> Result<(), Errno> {
    // SAFETY: integers only.
    let result =
        unsafe { libc::prctl(libc::PR_CAPBSET_DROP, capability as libc::c_ulong, 0, 0, 0) };
    Errno::result(result).map(drop)
}

/// Brings the loopback interface of this network namespace up: netdevice(7).
pub fn loopback_up() -> Result<(), Errno> {
    let socket = nix::sys::socket::socket(
        nix::sys::socket::AddressFamily::Inet,
        nix::sys::socket::SockType::Datagram,
        nix::sys::socket::SockFlag::SOCK_CLOEXEC,
        None,
    )?;
    // SAFETY: ifreq is plain data; all zero is a valid value of it.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    for (to, from) in request.ifr_name.iter_mut().zip(b"lo") {
        *to = *from as libc::c_char;
    }
    request.ifr_ifru.ifru_flags = (libc::IFF_UP | libc::IFF_RUNNING) as libc::c_short;
    // SAFETY: the request lives through the call and names its interface.
    let result = unsafe { libc::ioctl(socket.as_raw_fd(), libc::SIOCSIFFLAGS, &raw const request) };
    Errno::result(result).map(drop)
}

/// Makes a mount and all below it read-only: mount_setattr(2), Linux 5.12.
pub fn read_only_recursively(path: &CStr) -> Result<(), Errno> {
    let attributes = libc::mount_attr {
        attr_set: libc::MOUNT_ATTR_RDONLY,
        attr_clr: 0,
        propagation: 0,
        userns_fd: 0,
    };
    // SAFETY: path and attributes live through the call, the size is theirs.
    let result = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            libc::AT_FDCWD,
            path.as_ptr(),
            libc::AT_RECURSIVE,
            &raw const attributes,
            size_of::<libc::mount_attr>(),
        )
    };
    Errno::result(result).map(drop)
}

/// bpf(2) with its attributes as raw bytes.
///
/// # Safety
/// `attributes` must be a valid `union bpf_attr` for `command`, and what it
/// points to must live through the call.
pub unsafe fn bpf(command: i32, attributes: &[u64]) -> Result<i32, Errno> {
    // SAFETY: by the caller's promise.
    let result = unsafe {
        libc::syscall(
            libc::SYS_bpf,
            command,
            attributes.as_ptr(),
            size_of_val(attributes),
        )
    };
    Errno::result(result).map(|fd| fd as i32)
}
