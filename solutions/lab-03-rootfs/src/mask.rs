//! What of the kernel's files is covered, and what may not be written.
//!
//! `/proc` and `/sys` are the machine's, whoever looks: there is no namespace
//! of memory, of interrupts, of most settings. Root inside is root for them.

use std::os::fd::{AsFd, BorrowedFd};
use std::path::Path;

use namespaces::Failure;
use namespaces::failure::During;
use nix::mount::{MsFlags, mount};

use crate::{place, sys};

/// Covered: what tells of the machine and of other containers. The engines'
/// default.
pub const MASKED: [&str; 10] = [
    "/proc/kcore",
    "/proc/keys",
    "/proc/latency_stats",
    "/proc/timer_list",
    "/proc/sched_debug",
    "/proc/scsi",
    "/proc/acpi",
    "/proc/asound",
    "/sys/firmware",
    "/sys/devices/virtual/powercap",
];

/// Read-only: what changes the machine. The engines' default.
pub const READ_ONLY: [&str; 5] = [
    "/proc/bus",
    "/proc/fs",
    "/proc/irq",
    "/proc/sys",
    "/proc/sysrq-trigger",
];

/// Covers what is at `path`: a directory with an empty one, a file with
/// `/dev/null`. What this kernel doesn't have needs no cover.
pub fn mask(root: BorrowedFd, path: &Path) -> Result<(), Failure> {
    // ANCHOR: mask
    let Some(place) = place::existing(root, path)? else {
        return Ok(());
    };
    let to = &place.path();
    let covered = if place.is_directory()? {
        let flags = MsFlags::MS_RDONLY;
        mount(Some("tmpfs"), to, Some("tmpfs"), flags, Some("size=0"))
    } else {
        let flags = MsFlags::MS_BIND;
        mount(Some("/dev/null"), to, None::<&str>, flags, None::<&str>)
    };
    covered.during("cover", path.display())
    // ANCHOR_END: mask
}

/// Makes what is at `path`, and all below it, read-only, and leaves the file
/// system around it as it is.
pub fn read_only(root: BorrowedFd, path: &Path) -> Result<(), Failure> {
    // ANCHOR: read_only
    let Some(place) = place::existing(root, path)? else {
        return Ok(());
    };
    // Only a mount can be read-only, so it is made one.
    let (place, all_below) = (&place.path(), MsFlags::MS_BIND | MsFlags::MS_REC);
    mount(Some(place), place, None::<&str>, all_below, None::<&str>)
        .during("bind", path.display())?;
    // Opened anew: the first descriptor stands for what is below the mount.
    if let Some(mounted) = place::existing(root, path)? {
        sys::set_read_only(mounted.as_fd(), true).during("make read-only", path.display())?;
    }
    Ok(())
    // ANCHOR_END: read_only
}

/// Makes the root read-only, and leaves what is mounted in it as it is.
pub fn read_only_root(root: BorrowedFd) -> Result<(), Failure> {
    // ANCHOR: read_only_root
    sys::set_read_only(root, false).during("make read-only", "/")
    // ANCHOR_END: read_only_root
}
