//! Every `unsafe` block of the workbench: system calls that neither the
//! standard library nor nix offers as safe functions.
//!
//! Each function does one call, checks its result and returns the errno.

use std::ffi::CString;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use nix::unistd::Pid;

/// `CLONE_INTO_CGROUP` of linux/sched.h; `libc`'s constant is an `i32`, which
/// it does not fit.
pub const CLONE_INTO_CGROUP: u64 = 0x2_0000_0000;

/// The calling process as `clone3` left it.
pub enum Cloned {
    Child,
    Parent { child: Pid, pidfd: OwnedFd },
}

/// clone3(2) with `CLONE_PIDFD`, as fork does it: the child goes on here, with
/// a copy of the memory. `cgroup` is a directory of cgroup v2 to start in.
///
/// The caller must have one thread only: a lock that another thread holds
/// would stay locked for ever in the child.
pub fn clone3(flags: u64, cgroup: Option<BorrowedFd>) -> io::Result<Cloned> {
    let mut pidfd: RawFd = -1;
    // SAFETY: clone_args is plain integers; all zero is a valid value.
    let mut args: libc::clone_args = unsafe { std::mem::zeroed() };
    args.flags = flags | libc::CLONE_PIDFD as u64;
    args.pidfd = &raw mut pidfd as u64;
    args.exit_signal = libc::SIGCHLD as u64;
    if let Some(cgroup) = cgroup {
        args.flags |= CLONE_INTO_CGROUP;
        args.cgroup = cgroup.as_raw_fd() as u64;
    }
    // SAFETY: args lives across the call and has the size given. No stack is
    // given and CLONE_VM is not set, so the child runs on its own copy.
    let pid = unsafe {
        libc::syscall(
            libc::SYS_clone3,
            &raw mut args,
            size_of::<libc::clone_args>(),
        )
    };
    match checked(pid)? {
        0 => Ok(Cloned::Child),
        pid => Ok(Cloned::Parent {
            child: Pid::from_raw(pid as i32),
            // SAFETY: the kernel has just put a new descriptor there.
            pidfd: unsafe { OwnedFd::from_raw_fd(pidfd) },
        }),
    }
}

/// pidfd_send_signal(2), Linux 5.1: never reaches a later process with the
/// same number.
pub fn pidfd_kill(pidfd: BorrowedFd) -> io::Result<()> {
    let none = std::ptr::null::<libc::siginfo_t>();
    // SAFETY: a null siginfo and no flags are allowed; nothing is written.
    let result = unsafe {
        libc::syscall(
            libc::SYS_pidfd_send_signal,
            pidfd.as_raw_fd(),
            libc::SIGKILL,
            none,
            0,
        )
    };
    checked(result).map(drop)
}

/// pidfd_open(2), Linux 5.3.
pub fn pidfd_open(pid: Pid) -> io::Result<OwnedFd> {
    // SAFETY: only integers are passed.
    let fd = checked(unsafe { libc::syscall(libc::SYS_pidfd_open, pid.as_raw(), 0) })?;
    // SAFETY: the kernel has just returned this new descriptor.
    Ok(unsafe { OwnedFd::from_raw_fd(fd as RawFd) })
}

/// Takes over a descriptor whose number came in the arguments, and makes it
/// close-on-exec.
pub fn adopt(fd: RawFd) -> io::Result<OwnedFd> {
    // SAFETY: fcntl on any number is harmless, it answers EBADF.
    checked(unsafe { libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC) }.into())?;
    // SAFETY: the number is open, as just seen. It was inherited for this
    // purpose, so nothing else in this process owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Lets `fd` stay open in the process that `command` starts, and only there.
pub fn pass(command: &mut Command, fd: RawFd) {
    let keep = move || {
        // SAFETY: fcntl is async-signal-safe and changes the child's table.
        checked(unsafe { libc::fcntl(fd, libc::F_SETFD, 0) }.into()).map(drop)
    };
    // SAFETY: the closure makes one async-signal-safe call.
    unsafe { command.pre_exec(keep) };
}

/// Makes the program that `command` starts the leader of a session without a
/// terminal.
pub fn own_session(command: &mut Command) {
    let lead = || {
        // SAFETY: setsid is async-signal-safe.
        checked(unsafe { libc::setsid() }.into()).map(drop)
    };
    // SAFETY: the closure makes one async-signal-safe call.
    unsafe { command.pre_exec(lead) };
}

/// Puts the program that `command` starts in front on the terminal at its
/// descriptor 0: Ctrl-C is then its own.
pub fn in_front(command: &mut Command) {
    let step_forward = || {
        // SIGTTOU is ignored while the process is still in the background, or
        // it would be stopped.
        // SAFETY: these calls are async-signal-safe.
        unsafe {
            checked(libc::setpgid(0, 0).into())?;
            let before = libc::signal(libc::SIGTTOU, libc::SIG_IGN);
            libc::tcsetpgrp(0, libc::getpid());
            libc::signal(libc::SIGTTOU, before);
        }
        Ok(())
    };
    // SAFETY: the closure makes async-signal-safe calls only.
    unsafe { command.pre_exec(step_forward) };
}

/// close_range(2), Linux 5.9: closes `first` to `last`, both included.
pub fn close_range(first: RawFd, last: RawFd) -> io::Result<()> {
    if first > last {
        return Ok(());
    }
    // SAFETY: the callers keep no owner of a descriptor in this range.
    checked(unsafe { libc::syscall(libc::SYS_close_range, first, last, 0) }).map(drop)
}

/// Gives every signal its default action and blocks none: what is ignored and
/// what is blocked is inherited by exec, and a caller may have either.
pub fn default_signals() {
    // It can only fail for a set that is none.
    let _ = nix::sys::signal::SigSet::empty().thread_set_mask();
    for signal in 1..=libc::SIGRTMAX() {
        // SAFETY: no handler of ours is replaced, the process has none.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
    }
}

/// prctl(PR_SET_PDEATHSIG, SIGKILL).
pub fn die_with_parent() -> io::Result<()> {
    // SAFETY: only integers are passed.
    checked(unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL, 0, 0, 0) }.into()).map(drop)
}

/// setrlimit(2), both values. `resource` is one of `libc::RLIMIT_*`.
pub fn limit(resource: u32, value: u64) -> io::Result<()> {
    let both = libc::rlimit {
        rlim_cur: value,
        rlim_max: value,
    };
    // SAFETY: `both` lives across the call.
    checked(unsafe { libc::setrlimit(resource as _, &both) }.into()).map(drop)
}

/// Drops `capabilities` (numbers of linux/capability.h) from the bounding,
/// ambient, inheritable, permitted and effective set.
pub fn drop_capabilities(capabilities: &[u32]) -> io::Result<()> {
    let mut kept = [u32::MAX; 2];
    for &capability in capabilities {
        // SAFETY: only integers are passed.
        let known = unsafe { libc::prctl(libc::PR_CAPBSET_READ, capability, 0, 0, 0) };
        if known == 1 {
            // SAFETY: only integers are passed.
            checked(unsafe { libc::prctl(libc::PR_CAPBSET_DROP, capability, 0, 0, 0) }.into())?;
        }
        kept[capability as usize / 32] &= !(1 << (capability % 32));
    }
    let clear = libc::PR_CAP_AMBIENT_CLEAR_ALL;
    // SAFETY: only integers are passed.
    checked(unsafe { libc::prctl(libc::PR_CAP_AMBIENT, clear, 0, 0, 0) }.into())?;
    // _LINUX_CAPABILITY_VERSION_3, this process.
    let mut header = [0x2008_0522_u32, 0];
    // Effective, permitted and inheritable; once for each half.
    let mut data = [0_u32; 6];
    // SAFETY: header and data have the layout of version 3, two halves.
    checked(unsafe { libc::syscall(libc::SYS_capget, header.as_mut_ptr(), data.as_mut_ptr()) })?;
    for (at, set) in data.iter_mut().enumerate() {
        *set &= kept[at / 3];
    }
    // SAFETY: as above.
    checked(unsafe { libc::syscall(libc::SYS_capset, header.as_mut_ptr(), data.as_ptr()) })
        .map(drop)
}

/// mount_setattr(2), Linux 5.12: makes a mount read-only (or writable again),
/// with `tree` all mounts below it too.
pub fn set_read_only(path: &Path, read_only: bool, tree: bool) -> io::Result<()> {
    let path = CString::new(path.as_os_str().as_bytes())?;
    let bit = libc::MOUNT_ATTR_RDONLY;
    // attr_set, attr_clr, propagation, userns_fd.
    let attributes: [u64; 4] = match read_only {
        true => [bit, 0, 0, 0],
        false => [0, bit, 0, 0],
    };
    let flags = if tree { libc::AT_RECURSIVE } else { 0 };
    // SAFETY: path and attributes live across the call, the size is theirs.
    let result = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            libc::AT_FDCWD,
            path.as_ptr(),
            flags,
            attributes.as_ptr(),
            size_of_val(&attributes),
        )
    };
    checked(result).map(drop)
}

/// bpf(2) BPF_PROG_LOAD of a program without maps.
pub fn load_program(kind: u32, instructions: &[u64]) -> io::Result<OwnedFd> {
    let license = c"MIT";
    // The first fields of union bpf_attr for BPF_PROG_LOAD: type and count in
    // one word, instructions, license; the rest is zero.
    let mut attributes = [0_u64; 16];
    attributes[0] = u64::from(kind) | (instructions.len() as u64) << 32;
    attributes[1] = instructions.as_ptr() as u64;
    attributes[2] = license.as_ptr() as u64;
    // SAFETY: the pointers in the attributes live across the call.
    let fd = checked(unsafe {
        libc::syscall(
            libc::SYS_bpf,
            5,
            attributes.as_ptr(),
            size_of_val(&attributes),
        )
    })?;
    // SAFETY: the kernel has just returned this new descriptor.
    Ok(unsafe { OwnedFd::from_raw_fd(fd as RawFd) })
}

/// bpf(2) BPF_PROG_ATTACH to a directory of cgroup v2, beside what others
/// attached (BPF_F_ALLOW_MULTI).
pub fn attach_program(program: BorrowedFd, kind: u32, cgroup: impl AsFd) -> io::Result<()> {
    let allow_multi = 2;
    let attributes: [u32; 4] = [
        cgroup.as_fd().as_raw_fd() as u32,
        program.as_raw_fd() as u32,
        kind,
        allow_multi,
    ];
    // SAFETY: the attributes live across the call, the size is theirs.
    let result = unsafe {
        libc::syscall(
            libc::SYS_bpf,
            8,
            attributes.as_ptr(),
            size_of_val(&attributes),
        )
    };
    checked(result).map(drop)
}

fn checked(result: libc::c_long) -> io::Result<libc::c_long> {
    match result {
        -1 => Err(io::Error::last_os_error()),
        value => Ok(value),
    }
}
