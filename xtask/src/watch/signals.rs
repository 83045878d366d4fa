//! Signals as something that can be waited for (signalfd(2)).
//!
//! They are blocked in this process from then on. What it starts would begin with
//! them blocked: [`let_go_in`] sees to it that a learner's program doesn't.

use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::process::CommandExt;
use std::process::{self, Command};

use anyhow::{Context, Result};
use nix::sys::signal::{SigHandler, SigSet, Signal, raise, signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};

/// The signals `watch` answers.
const ANSWERED: [Signal; 8] = [
    Signal::SIGINT,
    Signal::SIGTERM,
    Signal::SIGHUP,
    Signal::SIGQUIT,
    Signal::SIGTSTP,
    Signal::SIGCONT,
    Signal::SIGWINCH,
    Signal::SIGCHLD,
];

/// The signals, held back until they are asked for. Dropping it lets them go.
pub struct Signals {
    set: SigSet,
    fd: SignalFd,
}

impl Signals {
    /// Holds the signals back.
    ///
    /// # Errors
    /// The kernel gives no descriptor.
    pub fn hold() -> Result<Signals> {
        let set: SigSet = ANSWERED.into_iter().collect();
        let flags = SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK;
        let fd = SignalFd::with_flags(&set, flags).context("make a signalfd")?;
        set.thread_block().context("block signals")?;
        Ok(Signals { set, fd })
    }

    /// Becomes readable when a signal came.
    pub fn wakes(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }

    /// The next signal that came.
    pub fn next(&self) -> Option<Signal> {
        let came = self.fd.read_signal().ok()??;
        Signal::try_from(i32::try_from(came.ssi_signo).ok()?).ok()
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        // It can only fail for a set that is none.
        let _ = self.set.thread_unblock();
    }
}

/// Blocks no signal in a program that is about to be started. A check of a
/// program that must pass signals on would be red without it.
pub fn let_go_in(command: &mut Command) {
    let before_exec = || Ok(SigSet::empty().thread_set_mask()?);
    // SAFETY: between fork and exec it makes one system call and neither
    // allocates nor locks.
    unsafe { command.pre_exec(before_exec) };
}

/// Ends this process by a signal, so that a shell sees how it ended: its exit
/// status is 128 and the signal's number.
pub fn die_by(by: Signal) -> ! {
    // SAFETY: the default action is no code of ours.
    let _ = unsafe { signal(by, SigHandler::SigDfl) };
    let _ = SigSet::from(by).thread_unblock();
    let _ = raise(by);
    process::exit(128 + by as i32)
}
