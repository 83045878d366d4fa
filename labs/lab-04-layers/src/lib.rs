//! # Lab 04: files in layers
//!
//! A container of lab 03 stands on a directory and changes it: the next one
//! finds what the first has left. This crate puts a container on an *image*
//! instead: directories that are never written to, one on top of the other,
//! and above them two of the container's own. What it writes goes into the
//! topmost; what it deletes is covered there; and out of that one directory a
//! new image can be made.
//!
//! It adds two hooks to [lab 03](rootfs). One stands in front: `prepare` makes
//! the container's directories, `create_container` mounts the overlay on which
//! lab 03 then stands, `remove` deletes them. The other stands behind:
//! `start_container` enters the working directory and becomes the user that
//! the image names.
//!
//! **What it is not**: a registry's client. An image comes from directories, or
//! from an archive, and both are on this machine.
//!
//! Three names to start from:
//! - [`overlay::merge`]: the mount everything is about.
//! - [`lower::below`]: the same merge, read without a mount.
//! - [`commit::commit`]: a container's writes become an image.
//!
//! Kernel interfaces: mount(2) with overlayfs, mknod(2), xattr(7), openat2(2),
//! flock(2). Linux 5.12 or newer, as lab 03.

pub mod blob;
pub mod budget;
pub mod bundle;
pub mod cli;
pub mod commit;
pub mod copy;
pub mod diff;
pub mod digest;
pub mod docker_archive;
pub mod hook;
pub mod image;
pub mod import;
pub mod init_layer;
pub mod layout;
pub mod lower;
pub mod members;
pub mod overlay;
pub mod pack;
pub mod pax;
pub mod process;
pub mod room;
pub mod store;
pub mod unpack;
pub mod unused;
pub mod user;
pub mod walk;
pub mod whiteout;

pub use digest::Digest;
pub use hook::{Part, hooks};
pub use image::{Config, Image, Name};
pub use store::Store;
