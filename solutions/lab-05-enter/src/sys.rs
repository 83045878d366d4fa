//! The system calls that no library wraps. All `unsafe` of this lab is here.

use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};

use nix::errno::Errno;
use nix::libc;
use nix::pty::Winsize;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};
use std::sync::atomic::{AtomicI32, Ordering};

/// A mount of its own for the open file or directory, mounted nowhere:
/// open_tree(2) with OPEN_TREE_CLONE, Linux 5.2. It shows the same files, and has
/// attributes of its own, which can be changed by way of the descriptor (O_PATH)
/// as long as that is open. A program or a file that was opened by way of it
/// keeps the mount, in no mount namespace any more.
pub fn clone_mount(place: BorrowedFd) -> Result<OwnedFd, Errno> {
    let flags = libc::OPEN_TREE_CLONE | libc::OPEN_TREE_CLOEXEC | libc::AT_EMPTY_PATH as u32;
    // SAFETY: the path is an empty C string; a new descriptor comes out.
    let fd = unsafe { libc::syscall(libc::SYS_open_tree, place.as_raw_fd(), c"".as_ptr(), flags) };
    let fd = Errno::result(fd)? as RawFd;
    // SAFETY: a descriptor the kernel just gave us; nobody else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// The other side of a pseudoterminal, without a path: TIOCGPTPEER of
/// ioctl_tty(2), Linux 4.13.
pub fn peer(master: BorrowedFd) -> Result<OwnedFd, Errno> {
    let unlocked: libc::c_int = 0;
    // SAFETY: the argument points to an integer that lives through the call.
    let result = unsafe { libc::ioctl(master.as_raw_fd(), libc::TIOCSPTLCK, &raw const unlocked) };
    Errno::result(result)?;
    let flags = libc::O_RDWR | libc::O_NOCTTY | libc::O_CLOEXEC;
    // SAFETY: integers in, a new descriptor out.
    let fd = unsafe { libc::ioctl(master.as_raw_fd(), libc::TIOCGPTPEER, flags) };
    // SAFETY: a descriptor the kernel just gave us; nobody else owns it.
    Errno::result(fd).map(|fd| unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Rows and columns of a terminal: TIOCGWINSZ of ioctl_tty(2).
pub fn window_size(terminal: BorrowedFd) -> Result<Winsize, Errno> {
    // SAFETY: plain numbers; all zero is a valid size.
    let mut size: Winsize = unsafe { std::mem::zeroed() };
    // SAFETY: the argument points to a size that the kernel fills in.
    let result = unsafe { libc::ioctl(terminal.as_raw_fd(), libc::TIOCGWINSZ, &raw mut size) };
    Errno::result(result).map(|_| size)
}

/// Sets rows and columns; whoever is in the foreground there gets SIGWINCH when
/// that changes something: TIOCSWINSZ of ioctl_tty(2).
pub fn set_window_size(terminal: BorrowedFd, size: &Winsize) -> Result<(), Errno> {
    // SAFETY: the argument points to a size that lives through the call.
    let result = unsafe {
        libc::ioctl(
            terminal.as_raw_fd(),
            libc::TIOCSWINSZ,
            std::ptr::from_ref(size),
        )
    };
    Errno::result(result).map(drop)
}

/// Where the handler of SIGWINCH writes to.
static RESIZED: AtomicI32 = AtomicI32::new(-1);

extern "C" fn on_resize(_signal: libc::c_int) {
    let one = 1u64;
    let errno = Errno::last();
    // SAFETY: write(2) may be called in a handler (signal-safety(7)); the
    // descriptor is an eventfd that is never closed.
    unsafe {
        libc::write(
            RESIZED.load(Ordering::Relaxed),
            (&raw const one).cast(),
            size_of::<u64>(),
        );
    }
    errno.set();
}

/// Lets the calling thread receive SIGWINCH, which the process has blocked, as
/// something to be read from `event`, an eventfd.
///
/// Of the threads that don't block a signal of the process the kernel takes one
/// to handle it, so that none is left for the signalfd of another thread.
pub fn hear_resizes(event: OwnedFd) -> Result<(), Errno> {
    RESIZED.store(
        std::os::fd::IntoRawFd::into_raw_fd(event) as RawFd,
        Ordering::Relaxed,
    );
    let handler = SigAction::new(
        SigHandler::Handler(on_resize),
        SaFlags::SA_RESTART,
        SigSet::empty(),
    );
    // SAFETY: the handler only makes a system call that is safe in one, and
    // leaves errno as it was.
    unsafe { sigaction(Signal::SIGWINCH, &handler) }?;
    SigSet::from_iter([Signal::SIGWINCH]).thread_unblock()
}
