//! The system calls that no library wraps. All `unsafe` of this lab is here.

use std::ffi::CString;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

use nix::errno::Errno;
use nix::libc;
use nix::sched::CloneFlags;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};
use nix::unistd::Pid;

/// `CLONE_INTO_CGROUP` of clone3(2), Linux 5.7. Written out: the constant in
/// `libc` is an `int`, in which this bit has no room.
const CLONE_INTO_CGROUP: u64 = 0x2_0000_0000;

/// The two returns of clone3(2).
#[derive(Debug)]
pub enum Cloned {
    /// In the process that called: the new one's pid, and a descriptor of it.
    Parent(Pid, OwnedFd),
    /// In the new process.
    Child,
}

/// Makes a process with clone3(2), in new namespaces and perhaps in another
/// cgroup. The new process is a copy of the caller, as after fork(2).
///
/// The caller must have one thread only, see [`threads`]: the copy has just the
/// calling thread, and any lock another thread held, malloc's for example,
/// would stay locked in it for ever.
pub fn clone3(namespaces: CloneFlags, cgroup: Option<BorrowedFd>) -> Result<Cloned, Errno> {
    let mut pidfd: RawFd = -1;
    // SAFETY: clone_args is plain numbers; all zero is its documented default.
    let mut arguments: libc::clone_args = unsafe { std::mem::zeroed() };
    arguments.flags = namespaces.bits() as u32 as u64 | libc::CLONE_PIDFD as u64;
    arguments.pidfd = &raw mut pidfd as u64;
    arguments.exit_signal = libc::SIGCHLD as u64;
    if let Some(cgroup) = cgroup {
        arguments.flags |= CLONE_INTO_CGROUP;
        arguments.cgroup = cgroup.as_raw_fd() as u64;
    }
    // SAFETY: without CLONE_VM parent and child share no memory, without a
    // stack given the child runs on its copy of ours, and there is one thread,
    // so no lock can be held by another. `arguments` and `pidfd` outlive the call.
    let pid = unsafe {
        libc::syscall(
            libc::SYS_clone3,
            &raw const arguments,
            size_of::<libc::clone_args>(),
        )
    };
    match Errno::result(pid)? {
        0 => Ok(Cloned::Child),
        // SAFETY: the kernel just gave us this descriptor; nobody else owns it.
        pid => Ok(Cloned::Parent(Pid::from_raw(pid as i32), unsafe {
            OwnedFd::from_raw_fd(pidfd)
        })),
    }
}

/// How many threads this process has (proc_pid_task(5)).
pub fn threads() -> std::io::Result<usize> {
    Ok(std::fs::read_dir("/proc/self/task")?.count())
}

/// A descriptor that stands for one process, whatever happens to its pid:
/// pidfd_open(2), Linux 5.3. Readable once the process has ended.
pub fn pidfd_open(pid: Pid) -> Result<OwnedFd, Errno> {
    // SAFETY: two integers in, a new descriptor out.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, pid.as_raw(), 0) };
    // SAFETY: a descriptor the kernel just gave us; nobody else owns it.
    Errno::result(fd).map(|fd| unsafe { OwnedFd::from_raw_fd(fd as RawFd) })
}

/// Sends a signal to the process a pidfd stands for: pidfd_send_signal(2),
/// Linux 5.1.
pub fn pidfd_send_signal(pidfd: BorrowedFd, signal: Signal) -> Result<(), Errno> {
    // SAFETY: integers and a null siginfo, which asks for the one of kill(2).
    let result = unsafe {
        libc::syscall(
            libc::SYS_pidfd_send_signal,
            pidfd.as_raw_fd(),
            signal as i32,
            std::ptr::null::<libc::siginfo_t>(),
            0,
        )
    };
    Errno::result(result).map(drop)
}

/// Marks every descriptor from `first` on close-on-exec: close_range(2) with
/// `CLOSE_RANGE_CLOEXEC`, Linux 5.11.
pub fn close_on_exec_from(first: u32) -> Result<(), Errno> {
    // SAFETY: three integers; no descriptor is closed here, only marked.
    let result = unsafe {
        libc::syscall(
            libc::SYS_close_range,
            first,
            u32::MAX,
            libc::CLOSE_RANGE_CLOEXEC,
        )
    };
    Errno::result(result).map(drop)
}

/// Closes every descriptor from `first` on except those in `keep`.
///
/// For a process that will never return to code that owns one of them: it must
/// end by exit(2), so that nothing closes a number twice.
pub fn close_from(first: u32, keep: &[BorrowedFd]) -> Result<(), Errno> {
    let mut kept: Vec<u32> = keep.iter().map(|fd| fd.as_raw_fd() as u32).collect();
    kept.sort_unstable();
    let mut from = first;
    for number in kept.into_iter().chain([u32::MAX]) {
        if from < number {
            // SAFETY: the caller promises that nothing uses these numbers again.
            let result = unsafe { libc::syscall(libc::SYS_close_range, from, number - 1, 0) };
            Errno::result(result)?;
        }
        from = number.saturating_add(1).max(from);
    }
    Ok(())
}

/// Duplicates `from` to the number `to`, which stays open across exec: dup2(2).
pub fn duplicate(from: BorrowedFd, to: RawFd) -> Result<(), Errno> {
    // SAFETY: two integers. The caller owns the number `to`: it is standard
    // input, output or error, or was planned as one of the command's.
    let result = unsafe { libc::dup2(from.as_raw_fd(), to) };
    Errno::result(result).map(drop)
}

/// Makes a terminal the controlling one of this session: TIOCSCTTY, tty_ioctl(4).
pub fn set_controlling_terminal(terminal: BorrowedFd) -> Result<(), Errno> {
    // SAFETY: an ioctl that takes an integer.
    let result = unsafe { libc::ioctl(terminal.as_raw_fd(), libc::TIOCSCTTY, 0) };
    Errno::result(result).map(drop)
}

/// Replaces the program: execve(2). Returns only to say why it could not.
pub fn exec(path: &CString, arguments: &[CString], environment: &[CString]) -> Errno {
    match nix::unistd::execve(path, arguments, environment) {
        Ok(never) => match never {},
        Err(errno) => errno,
    }
}

/// Makes SIGPIPE end a process again. A Rust program ignores it from its start,
/// and what is ignored stays so across exec (signal(7)): a shell in the container
/// couldn't even change it.
pub fn default_sigpipe() -> Result<(), Errno> {
    let default = SigAction::new(SigHandler::SigDfl, SaFlags::empty(), SigSet::empty());
    // SAFETY: the default disposition is no handler that could do wrong.
    unsafe { sigaction(Signal::SIGPIPE, &default) }.map(drop)
}
