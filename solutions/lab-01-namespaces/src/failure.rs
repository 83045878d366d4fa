//! A failure as data: it crosses from the container's process to the
//! runtime's without losing what was tried, on what, and why it failed.

use std::fmt;

use nix::errno::Errno;
use serde::{Deserialize, Serialize};

/// The operation of a failed execve(2); it decides between 126 and 127.
pub const EXEC: &str = "exec";

/// What was tried, on what, and the kernel's answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The operation: `mount`, `sethostname`, or the hook's name.
    pub operation: String,
    /// What it was done to: a path, a name; may be empty.
    pub object: String,
    /// The error number of errno(3), when the kernel gave one.
    pub errno: Option<i32>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.operation)?;
        if !self.object.is_empty() {
            write!(f, " {}", self.object)?;
        }
        match self.errno {
            Some(errno) => write!(f, ": {}", Errno::from_raw(errno).desc()),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Failure {}

impl From<anyhow::Error> for Failure {
    /// Keeps a `Failure` as it is; of any other error keeps the text, which
    /// ends in the kernel's own words where it had any.
    fn from(error: anyhow::Error) -> Failure {
        match error.downcast::<Failure>() {
            Ok(failure) => failure,
            Err(error) => Failure {
                operation: format!("{error:#}"),
                object: String::new(),
                errno: None,
            },
        }
    }
}

/// Names the operation and its object where a system call is made.
pub trait During<T> {
    /// Turns an error number into a [`Failure`] of `operation` on `object`.
    fn during(self, operation: &str, object: impl fmt::Display) -> Result<T, Failure>;
}

impl<T> During<T> for nix::Result<T> {
    fn during(self, operation: &str, object: impl fmt::Display) -> Result<T, Failure> {
        self.map_err(|errno| Failure {
            operation: operation.to_string(),
            object: object.to_string(),
            errno: Some(errno as i32),
        })
    }
}

impl<T> During<T> for std::io::Result<T> {
    fn during(self, operation: &str, object: impl fmt::Display) -> Result<T, Failure> {
        self.map_err(|error| match error.raw_os_error() {
            Some(errno) => Failure {
                operation: operation.to_string(),
                object: object.to_string(),
                errno: Some(errno),
            },
            None => Failure {
                operation: operation.to_string(),
                object: format!("{object}: {error}"),
                errno: None,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_survives_the_trip_through_anyhow_and_json() {
        let failed: nix::Result<()> = Err(Errno::EPERM);
        let failure = failed.during("mount", "/proc").unwrap_err();
        assert_eq!(failure.to_string(), "mount /proc: Operation not permitted");
        let through = Failure::from(anyhow::Error::new(failure.clone()));
        assert_eq!(through, failure);
        let json = serde_json::to_string(&through).unwrap();
        assert_eq!(serde_json::from_str::<Failure>(&json).unwrap(), failure);
    }
}
