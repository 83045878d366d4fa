//! Signals as something to read, instead of something that interrupts.
//!
//! A runtime that waits for a container must notice two things: that the
//! container ended, and that somebody sent a signal. Blocked signals read from
//! a descriptor (signalfd(2)) can be waited for together with a pidfd by one
//! poll(2), and none is lost between looking and waiting.

use std::os::fd::{AsFd, BorrowedFd};

use nix::errno::Errno;
use nix::libc;
use nix::sys::signal::{SigSet, SigmaskHow, Signal, sigprocmask};
use nix::sys::signalfd::{SfdFlags, SignalFd, siginfo};

use crate::sys;

/// The signals a container should get when its runtime gets them. Not those of
/// the runtime's own affairs (SIGCHLD, SIGPIPE), not job control's stops.
pub const FORWARDED: [Signal; 8] = [
    Signal::SIGHUP,
    Signal::SIGINT,
    Signal::SIGQUIT,
    Signal::SIGTERM,
    Signal::SIGUSR1,
    Signal::SIGUSR2,
    Signal::SIGCONT,
    Signal::SIGWINCH,
];

/// Blocked signals, to be read one by one.
#[derive(Debug)]
pub struct Signals {
    before: SigSet,
    collected: SigSet,
    descriptor: SignalFd,
}

impl Signals {
    /// Blocks `signals` and begins to collect them.
    pub fn block(signals: &[Signal]) -> nix::Result<Signals> {
        let set: SigSet = signals.iter().copied().collect();
        let mut before = SigSet::empty();
        sigprocmask(SigmaskHow::SIG_BLOCK, Some(&set), Some(&mut before))?;
        let flags = SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK;
        let descriptor = SignalFd::with_flags(&set, flags)?;
        Ok(Signals {
            before,
            collected: set,
            descriptor,
        })
    }

    /// Restores the mask from before: a command must not inherit ours.
    pub fn unblock(&self) -> nix::Result<()> {
        sigprocmask(SigmaskHow::SIG_SETMASK, Some(&self.before), None)
    }

    /// Takes these no more: another thread does, which has to unblock them.
    pub fn leave(&mut self, signals: &[Signal]) -> nix::Result<()> {
        for signal in signals {
            self.collected.remove(*signal);
        }
        self.descriptor.set_mask(&self.collected)
    }

    /// The next signal that has arrived, or `None` when there is none.
    pub fn next(&self) -> nix::Result<Option<siginfo>> {
        self.descriptor.read_signal()
    }
}

impl AsFd for Signals {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }
}

/// Passes a signal that arrived here on to `process`, a pidfd.
///
/// A signal of the terminal (`ssi_code` is `SI_KERNEL`, sigaction(2)) is left
/// alone: the kernel has sent it to every process of the foreground group, the
/// container included. That `process` has ended meanwhile is not an error.
pub fn forward(received: &siginfo, process: BorrowedFd) -> nix::Result<()> {
    // ANCHOR: forward
    if received.ssi_code == libc::SI_KERNEL {
        return Ok(());
    }
    let signal = Signal::try_from(received.ssi_signo as i32)?;
    match sys::pidfd_send_signal(process, signal) {
        Err(Errno::ESRCH) => Ok(()),
        sent => sent,
    }
    // ANCHOR_END: forward
}
