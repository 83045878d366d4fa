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
    todo!(
        "Cover a directory with an empty one, a file with /dev/null, nothing with nothing. (chapter: task-8-covered)"
    )
    // ANCHOR_END: mask
}

/// Makes what is at `path`, and all below it, read-only, and leaves the file
/// system around it as it is.
pub fn read_only(root: BorrowedFd, path: &Path) -> Result<(), Failure> {
    // ANCHOR: read_only
    todo!(
        "Make a path and all below it read-only, and nothing around it. (chapter: task-9-read-only)"
    )
    // ANCHOR_END: read_only
}

/// Makes the root read-only, and leaves what is mounted in it as it is.
pub fn read_only_root(root: BorrowedFd) -> Result<(), Failure> {
    // ANCHOR: read_only_root
    todo!(
        "Make the root read-only, and leave writable what is mounted in it. (chapter: task-10-a-root-nobody-writes)"
    )
    // ANCHOR_END: read_only_root
}
