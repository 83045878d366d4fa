//! The system call that no library wraps. All `unsafe` of this lab is here.

use std::os::fd::{AsRawFd, BorrowedFd};

use nix::errno::Errno;

/// Makes the mount at `place` read-only, and all below it if `recursive`:
/// mount_setattr(2), Linux 5.12. Other ways to the same file system, the
/// host's among them, stay writable.
pub fn set_read_only(place: BorrowedFd, recursive: bool) -> Result<(), Errno> {
    let attributes = libc::mount_attr {
        attr_set: libc::MOUNT_ATTR_RDONLY,
        attr_clr: 0,
        propagation: 0,
        userns_fd: 0,
    };
    let mut flags = libc::AT_EMPTY_PATH;
    if recursive {
        flags |= libc::AT_RECURSIVE;
    }
    // SAFETY: the path is an empty C string, and the attributes live through
    // the call and have the size given.
    let result = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            place.as_raw_fd(),
            c"".as_ptr(),
            flags,
            &raw const attributes,
            size_of::<libc::mount_attr>(),
        )
    };
    Errno::result(result).map(drop)
}
