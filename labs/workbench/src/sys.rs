//! The one system call the scenarios need that no library wraps.

use std::os::fd::{AsRawFd, BorrowedFd};

use nix::errno::Errno;
use nix::libc;

/// Makes a terminal the controlling one of this session: TIOCSCTTY, tty_ioctl(4).
pub fn set_controlling_terminal(terminal: BorrowedFd) -> Result<(), Errno> {
    // SAFETY: an ioctl that takes an integer.
    Errno::result(unsafe { libc::ioctl(terminal.as_raw_fd(), libc::TIOCSCTTY, 0) }).map(drop)
}
