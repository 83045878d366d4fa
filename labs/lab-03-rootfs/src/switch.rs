//! Another root: the weak way, and the one that holds.
//!
//! Each process has two directories that decide what a path means: where `/`
//! begins, and where it stands. chroot(2) changes the first of them and nothing
//! else. pivot_root(2) changes the mount table itself: the new root takes the
//! place of the old, for everybody in this mount namespace, and the old one can
//! be unmounted.

use std::path::Path;

use namespaces::Failure;
use namespaces::failure::During;
use nix::mount::{MntFlags, umount2};
use nix::unistd::{chdir, chroot, pivot_root};

/// Makes `root` the directory where this process's paths begin, and stands in
/// it. Everything outside is still mounted.
pub fn chroot_into(root: &Path) -> Result<(), Failure> {
    // ANCHOR: chroot
    todo!(
        "Make the directory this process's root, by chroot, and stand in it. (chapter: task-1-chroot)"
    )
    // ANCHOR_END: chroot
}

/// Puts the mount at `root` in the place of the root mount, and the old root
/// mount on top of it, at the same place.
pub fn pivot_into(root: &Path) -> Result<(), Failure> {
    // ANCHOR: pivot
    todo!(
        "Put the mount at the directory in the place of the root mount. (chapter: task-3-pivot_root)"
    )
    // ANCHOR_END: pivot
}

/// Unmounts the old root, which lies on top of the new one, with everything
/// below it, and stands in the new one.
pub fn leave_old_root() -> Result<(), Failure> {
    // ANCHOR: detach
    todo!(
        "Unmount the old root with everything below it, and stand in the new one. (chapter: task-4-nothing-is-left-of-the-old-one)"
    )
    // ANCHOR_END: detach
}
