//! The end of a container, asked for and then enforced.
//!
//! A command is asked to end by a signal, and may take its time to put its
//! things in order. One that doesn't hear it, as a PID 1 without a handler
//! never does, ends by SIGKILL when the time is over.

use std::os::fd::{AsFd, OwnedFd};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use cgroups::freeze;
use cgroups::group::Group;
use namespaces::Failure;
use namespaces::failure::During;
use namespaces::sys::pidfd_send_signal;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::Signal;

/// How long a process may take to end after SIGKILL.
const LIMIT: Duration = Duration::from_secs(10);

/// A container's process, to be ended.
#[derive(Debug)]
pub struct Target {
    /// A descriptor of it: a pid may be another's by now.
    pub process: OwnedFd,
    pub group: Option<Group>,
}

impl Target {
    /// Sends it a signal. That it has ended is no error.
    pub fn signal(&self, signal: Signal) -> Result<(), Failure> {
        match pidfd_send_signal(self.process.as_fd(), signal) {
            Err(Errno::ESRCH) => Ok(()),
            sent => sent.during("send", signal),
        }
    }

    /// Waits for its end, at most so long; true when it has ended.
    pub fn ends_within(&self, limit: Duration) -> Result<bool, Failure> {
        let mut end = [PollFd::new(self.process.as_fd(), PollFlags::POLLIN)];
        let limit = PollTimeout::try_from(limit).unwrap_or(PollTimeout::MAX);
        Ok(poll(&mut end, limit).during("wait for", "the container")? > 0)
    }

    /// Lets it go on when it is frozen: what stands still hears nothing.
    pub fn thaw(&self) -> Result<(), Failure> {
        self.group.as_ref().map_or(Ok(()), freeze::thaw)
    }

    /// Ends it by SIGKILL, and waits until it is gone.
    pub fn kill(&self) -> Result<()> {
        self.signal(Signal::SIGKILL)?;
        // Frozen on version 1, it doesn't even die.
        self.thaw()?;
        let gone = self.ends_within(LIMIT)?;
        ensure!(
            gone,
            "it is still there {} s after SIGKILL",
            LIMIT.as_secs()
        );
        Ok(())
    }
}

/// Asks the container to end by `signal`, and enforces it when `grace` is over.
/// Returns when the process is gone, whether it went by itself.
pub fn stop(target: &Target, signal: Signal, grace: Duration) -> Result<bool> {
    // ANCHOR: stop
    target.signal(signal)?;
    target.thaw()?;
    let by_itself = target.ends_within(grace)?;
    if !by_itself {
        target.kill().context("stop it by SIGKILL")?;
    }
    Ok(by_itself)
    // ANCHOR_END: stop
}
