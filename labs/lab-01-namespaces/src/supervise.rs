//! The runtime's wait: until the container ends, pass signals on; then turn
//! how it ended into an exit code.

use std::os::fd::{AsFd, OwnedFd};

use anyhow::{Context, Result};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::Signal;
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::Pid;

use crate::failure::{EXEC, Failure};
use crate::signals::{Signals, forward};

/// How a container came to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The command called exit with this code.
    Exited(i32),
    /// A signal ended the command.
    Killed(Signal),
    /// The command was never started.
    Failed(Failure),
}

/// The exit code the field agrees on: the command's own; 128+n when signal n
/// ended it; 127 when the command was not found, 126 when it could not be
/// executed, 125 when the runtime failed before it got there.
pub fn exit_code(end: &End) -> u8 {
    // ANCHOR: exit
    todo!(
        "Turn how the container ended into the exit code the field agrees on. (chapter: task-6-the-exit-code-is-the-answer)"
    )
    // ANCHOR_END: exit
}

/// Waits for the container's process and passes signals on until it ends.
pub fn supervise(pid: Pid, process: &OwnedFd, signals: &Signals) -> Result<End> {
    loop {
        let mut ready = [
            PollFd::new(process.as_fd(), PollFlags::POLLIN),
            PollFd::new(signals.as_fd(), PollFlags::POLLIN),
        ];
        match poll(&mut ready, PollTimeout::NONE) {
            Err(Errno::EINTR) => continue,
            other => other.context("wait for the container")?,
        };
        let [ended, _] = ready.map(|fd| fd.any().unwrap_or(false));
        while let Some(received) = signals.next().context("read a signal")? {
            forward(&received, process.as_fd()).context("pass a signal on")?;
        }
        if ended {
            return end_of(pid);
        }
    }
}

/// Reaps a process that has ended and says how.
pub fn end_of(pid: Pid) -> Result<End> {
    loop {
        match waitpid(pid, None) {
            Err(Errno::EINTR) => continue,
            Ok(WaitStatus::Exited(_, code)) => return Ok(End::Exited(code)),
            Ok(WaitStatus::Signaled(_, signal, _)) => return Ok(End::Killed(signal)),
            Ok(_) => continue,
            Err(errno) => return Err(errno).with_context(|| format!("wait for process {pid}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(operation: &str, errno: Errno) -> End {
        End::Failed(Failure {
            operation: operation.into(),
            object: "x".into(),
            errno: Some(errno as i32),
        })
    }

    #[test]
    fn exit_codes_follow_the_field() {
        let table = [
            (End::Exited(0), 0),
            (End::Exited(7), 7),
            (End::Killed(Signal::SIGKILL), 137),
            (End::Killed(Signal::SIGTERM), 143),
            (failed(EXEC, Errno::ENOENT), 127),
            (failed(EXEC, Errno::EACCES), 126),
            (failed(EXEC, Errno::ENOEXEC), 126),
            (failed("mount", Errno::ENOENT), 125),
        ];
        for (end, code) in table {
            assert_eq!(exit_code(&end), code, "{end:?}");
        }
    }
}
