//! # Lab 05: a container that lives on
//!
//! A container of lab 04 ends with the command that started it. This crate lets
//! it live on: in the background, with its output kept and its end enforced;
//! lets other commands in; and shows it files that are neither the image's nor
//! its own.
//!
//! It adds three hooks to [lab 04](layers). `prepare` plans where the streams
//! go, to a log or to a terminal, with an attendant of the runtime at the other
//! end; `create_container` moves into a cgroup namespace and binds the volumes,
//! the last moment in which a path of the host means something;
//! `start_container` takes the terminal. `exec` is no container: it is a process
//! that walks the same way, into namespaces that are there.
//!
//! **What it is not**: a daemon. Each container has a runtime process of its
//! own, and every command reads from disk and from the kernel what there is.
//!
//! Three names to start from:
//! - [`status::next`]: the table of what may be done when.
//! - [`exec::exec`]: the way in, as an ordered list of steps.
//! - [`volume::bind`]: the mount that a volume is.
//!
//! Kernel interfaces: setns(2), clone3(2), pidfd_send_signal(2), pipe(2),
//! ioctl_tty(2), unix(7) `SCM_RIGHTS`, open_tree(2), mount(2),
//! mount_setattr(2), cgroup_namespaces(7). Linux 5.12 or newer, as lab 04.

pub mod cli;
pub mod container;
pub mod door;
pub mod exec;
pub mod hook;
pub mod keeper;
pub mod log;
pub mod relay;
pub mod restart;
pub mod sealed;
pub mod status;
pub mod stop;
pub mod sys;
pub mod terminal;
pub mod view;
pub mod volume;

pub use container::Container;
pub use hook::{Part, hooks};
pub use status::Status;
