//! # Lab 01: a process with its own view of the machine
//!
//! A container is a process that the kernel shows a different machine: its own
//! process ids, its own mount table, its own hostname, its own message queues.
//! This crate starts such a process, waits for it, passes signals on, and
//! takes over its exit code. It is the spine every later lab hangs on.
//!
//! **What it is not**: an engine. The process still stands on the host's files
//! (lab 03), may use all of the machine (lab 02), and shares the host's network
//! (lab 08).
//!
//! Three names to start from:
//! - [`Spec`]: the container that is wanted, as data.
//! - [`creator::create`]: the runtime's side, from `Spec` to exit code.
//! - [`container::live`]: the container's side, an ordered list of steps.
//!
//! Kernel interfaces: clone3(2), unshare(2), setns(2), mount(2),
//! sethostname(2), pidfd_open(2), signalfd(2), wait(2), execve(2).
//! Linux 5.11 or newer (`close_range` with `CLOSE_RANGE_CLOEXEC`).

pub mod attendant;
pub mod cli;
pub mod container;
pub mod creator;
pub mod failure;
pub mod hook;
pub mod init;
pub mod print;
pub mod program;
pub mod protocol;
pub mod runtime;
pub mod signals;
pub mod spec;
pub mod state;
pub mod supervise;
pub mod sys;
pub mod unshare;

pub use failure::Failure;
pub use hook::{Hook, Hooks, Plan, Process};
pub use runtime::Runtime;
pub use spec::{Namespace, Spec};
pub use state::State;
