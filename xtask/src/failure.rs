//! How a command ends: its exit status, and why it could not do its work.

use std::fmt;
use std::process::ExitCode;

/// The exit status. Its meaning is promised to scripts and to CI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: done, or all green.
    Green,
    /// 1: your code, tasks that are still to do included.
    Code,
    /// 2: what was asked for makes no sense here.
    Usage,
    /// 3: your machine.
    Machine,
}

impl Exit {
    /// The status as a number.
    pub fn status(self) -> u8 {
        match self {
            Exit::Green => 0,
            Exit::Code => 1,
            Exit::Usage => 2,
            Exit::Machine => 3,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.status())
    }
}

/// Why a command stopped before it had a result.
#[derive(Debug)]
pub enum Failure {
    /// Refused input: a name, an option, a `lab.yaml`.
    Usage(String),
    /// The marks of a lab's tasks are damaged in its sources.
    Code(String),
    /// Everything that should have worked and did not.
    Machine(anyhow::Error),
}

impl Failure {
    /// The status that belongs to it.
    pub fn exit(&self) -> Exit {
        match self {
            Failure::Usage(_) => Exit::Usage,
            Failure::Code(_) => Exit::Code,
            Failure::Machine(_) => Exit::Machine,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Usage(reason) | Failure::Code(reason) => f.write_str(reason),
            Failure::Machine(error) => write!(f, "{error:#}"),
        }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Failure {
        Failure::Machine(error)
    }
}
