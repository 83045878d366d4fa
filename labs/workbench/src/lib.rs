//! The workbench: a disposable copy of the machine on which half-written
//! programs with root's rights run, and the means to see what they do.
//!
//! Names to start from:
//! - [`bench::Bench`] makes a workbench, runs one command on it, removes it.
//! - [`check`] is what `tests/check.rs` of every lab is made of.
//! - [`Lab`] and [`program::Program`] are what a check's scenario is written
//!   with; [`probe`] is what it sees with.
//! - [`script::Scripts`] tries a lab's reference, each script on a workbench.
//! - [`rootfs::Recipe`] makes a small root file system to practise on.
//!
//! What it isn't: a container runtime to learn from. It has to be finished
//! before the first lab is begun; the labs show how such a thing is built.

pub mod bench;
pub mod check;
pub mod probe;
pub mod program;
pub mod rootfs;
pub mod scenario;
pub mod script;

pub use program::{Program, Running};
pub use scenario::{Lab, Lacking, Scenario, forgo_mknod, scenario};
