//! # Lab 03: a process that stands on its own files
//!
//! A container of lab 02 sees its own processes, may use so much and no more,
//! and still reads and writes the files of the host. This crate gives it a
//! directory as its root, so that nothing above that directory has a name any
//! more; mounts what a program expects to find there; and covers what the
//! kernel would otherwise tell or take.
//!
//! It adds one hook to [lab 02](cgroups): `prepare` says that `/proc` is its
//! own to mount, `create_container` makes the root a mount and fills it,
//! `switch_root` changes to it, and `start_container` covers and write-protects.
//! There is nothing to undo: every mount is in the container's mount namespace
//! and goes with it.
//!
//! **What it is not**: an image. The directory is used as it is, and what the
//! command writes stays in it; layers come with lab 04.
//!
//! Three names to start from:
//! - [`switch`]: chroot, and what replaces it.
//! - [`place::beneath`]: a path inside an image, resolved so that it can't leave.
//! - [`hook::Rootfs`]: the order of everything.
//!
//! Kernel interfaces: chroot(2), pivot_root(2), mount(2), umount(2),
//! mount_setattr(2), openat2(2), mknod(2). Linux 5.12 or newer
//! (`mount_setattr`).

pub mod cli;
pub mod devices;
pub mod escape;
pub mod hook;
pub mod mask;
pub mod mounts;
pub mod place;
pub mod root;
pub mod switch;
pub mod sys;

pub use hook::{Part, hooks};
pub use place::Place;
