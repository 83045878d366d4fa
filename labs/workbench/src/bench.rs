//! A disposable copy of the machine for one command.
//!
//! ```text
//!   caller ──starts──▶ keeper ──clone3──▶ PID 1 ──fork──▶ the command
//!     │                  │ cgroups, time    │ root, /dev, /proc, rights
//!     │◀── stdout/stderr─┼──────────────────┴──────────────┘
//!     │◀── report ───────┘
//!     └─── life (closed when the caller is gone) ─▶ keeper kills PID 1
//! ```
//!
//! The caller may have threads, so it never clones itself: the keeper is its
//! own program started again. Every program that uses [`Bench`] therefore calls
//! [`become_keeper_if_asked`] first thing in `main`.
//!
//! Making a workbench fails closed: when one step fails, nothing of the command
//! runs, and the caller gets a [`Machine`] that names the step.

mod capability;
mod cgroup;
mod device;
mod filter;
mod init;
mod keeper;
mod limits;
mod machine;
mod mounts;
mod root;
mod run;
mod step;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

pub use cgroup::sweep;
pub use keeper::become_keeper_if_asked;
pub use machine::Machine;
pub use step::STEPS;

/// The file in the root of every workbench; it holds a nonce.
pub const MARKER: &str = "/.workbench";

/// What is wanted of a workbench.
#[derive(Clone, Debug)]
pub struct Bench {
    time_limit: Duration,
    paths: Vec<PathBuf>,
    broken_step: Option<String>,
}

/// How the command came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum End {
    /// It called exit with this code.
    Code(i32),
    /// This signal ended it.
    Signal(i32),
    /// It was still running when its time was over.
    TimeLimit,
    /// It wrote more than [`MOST_OUTPUT`] bytes to one of its streams.
    OutputLimit,
}

/// The most a command may write to one stream, in bytes.
pub const MOST_OUTPUT: u64 = 1 << 20;

/// A command that has ended.
#[derive(Clone, Debug)]
pub struct Ended {
    pub end: End,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
}

impl Default for Bench {
    fn default() -> Bench {
        Bench::new()
    }
}

impl Bench {
    /// A workbench with a time limit of 30 s.
    pub fn new() -> Bench {
        Bench {
            time_limit: Duration::from_secs(30),
            paths: Vec::new(),
            broken_step: None,
        }
    }

    /// Ends the command after this time, with everything it started.
    pub fn time_limit(mut self, limit: Duration) -> Bench {
        self.time_limit = limit;
        self
    }

    /// Shows this directory of the host's, read-only, even where the workbench
    /// has an empty one of its own (`/tmp`, `/run`).
    pub fn show(mut self, path: impl Into<PathBuf>) -> Bench {
        self.paths.push(path.into());
        self
    }

    /// Makes the named one of [`STEPS`] fail, to prove that nothing runs then.
    pub fn break_step(mut self, step: &str) -> Bench {
        self.broken_step = Some(step.to_string());
        self
    }

    /// Runs a command (program, then arguments) on a new workbench, with
    /// nothing on its standard input, and removes the workbench.
    ///
    /// # Errors
    /// The workbench could not be made: nothing of the command has run.
    pub fn run(&self, command: &[OsString]) -> Result<Ended, Machine> {
        run::captured(self, command)
    }

    /// Runs a command that has the caller's terminal for its own.
    ///
    /// # Errors
    /// As [`Bench::run`].
    pub fn shell(&self, command: &[OsString]) -> Result<Ended, Machine> {
        run::attached(self, command)
    }
}

/// Does this process stand on a workbench?
pub fn is_workbench() -> bool {
    let marked = std::fs::read_to_string(MARKER).is_ok_and(|nonce| !nonce.is_empty());
    marked && std::env::var_os("WORKBENCH").is_some()
}
