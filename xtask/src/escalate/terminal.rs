//! A terminal while another program reads a password from it.

use std::io;
use std::sync::atomic::{AtomicI32, Ordering};

use anyhow::{Context, Result};
use nix::libc::c_int;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, raise, sigaction};
use nix::sys::termios::{SetArg, Termios, tcgetattr, tcsetattr};

/// The signal that came while it was held back; 0: none.
static CAME: AtomicI32 = AtomicI32::new(0);

/// The program may have switched the echo off. Ctrl-C ends it, and this process
/// only when this is dropped and the terminal is as it was.
#[derive(Debug)]
pub struct Held {
    before: Option<Termios>,
    actions: Vec<(Signal, SigAction)>,
}

extern "C" fn note(signal: c_int) {
    CAME.store(signal, Ordering::Relaxed);
}

/// Holds Ctrl-C back in this process. Not by a mask, which a child inherits: a
/// handler is gone when the child starts its program.
///
/// # Errors
/// The kernel refuses.
pub fn hold() -> Result<Held> {
    let mut held = Held {
        before: tcgetattr(io::stdin()).ok(),
        actions: Vec::new(),
    };
    let handler = SigHandler::Handler(note);
    let noted = SigAction::new(handler, SaFlags::SA_RESTART, SigSet::empty());
    for signal in [Signal::SIGINT, Signal::SIGQUIT] {
        // SAFETY: the handler stores a number, which a handler may do.
        let old = unsafe { sigaction(signal, &noted) };
        held.actions
            .push((signal, old.context("hold Ctrl-C back")?));
    }
    Ok(held)
}

impl Drop for Held {
    fn drop(&mut self) {
        // It fails for a terminal that was hung up; there is nobody to tell.
        if let Some(before) = &self.before {
            let _ = tcsetattr(io::stdin(), SetArg::TCSANOW, before);
        }
        for (signal, old) in &self.actions {
            // SAFETY: these are the actions that were there before.
            let _ = unsafe { sigaction(*signal, old) };
        }
        if let Ok(signal) = Signal::try_from(CAME.swap(0, Ordering::Relaxed)) {
            let _ = raise(signal);
        }
    }
}
