//! # Lab 02: a process that may use so much and no more
//!
//! A namespace decides what a process sees, a cgroup what it may use. This
//! crate gives each container a group of its own in the machine's cgroup
//! hierarchies, of version 1, version 2 or both; sets its limits before there
//! is a process; reads what the container has used; freezes and thaws it; and
//! removes the group whatever happened.
//!
//! It adds one hook to [lab 01](namespaces): `prepare` makes the group and says
//! where the process is born, `create_runtime` moves it where it can't be born,
//! `stopped` reads what it has used, `release` thaws what has to die, and
//! `poststop` removes the group.
//!
//! **What it is not**: a scheduler of the machine. A limit here is one number
//! for one container; who gets how much is lab 14's.
//!
//! Three names to start from:
//! - [`Limits`]: what a container may use, as data.
//! - [`settings::settings`]: the same as files and values, for both versions.
//! - [`Group`]: the directories of one container, from `create` to `remove`.
//!
//! Kernel interfaces: cgroups(7), `/proc/PID/cgroup`, `/proc/PID/mountinfo`,
//! clone3(2) with `CLONE_INTO_CGROUP`, and the kernel's
//! Documentation/admin-guide/cgroup-v2.rst and cgroup-v1.

pub mod cli;
pub mod file;
pub mod freeze;
pub mod group;
pub mod hook;
pub mod limits;
pub mod machine;
pub mod place;
pub mod quantity;
pub mod remove;
pub mod report;
pub mod settings;
pub mod stats;
pub mod sys;

pub use group::Group;
pub use hook::{Part, hooks};
pub use limits::Limits;
pub use machine::Machine;
pub use stats::Stats;
