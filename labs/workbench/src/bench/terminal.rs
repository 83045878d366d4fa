//! The caller's terminal while a command on a workbench is in front on it.

use std::io;
use std::io::IsTerminal;

use nix::sys::signal::{SigSet, SigmaskHow, Signal, pthread_sigmask};
use nix::sys::termios::{SetArg, Termios, tcgetattr, tcsetattr};
use nix::unistd::{getpgrp, tcsetpgrp};

/// The terminal's settings; dropping it puts them back, and the caller's
/// process group in front.
pub struct Terminal {
    settings: Option<Termios>,
}

impl Terminal {
    /// Remembers the terminal at standard input, if it is one.
    pub fn remember() -> Terminal {
        let input = io::stdin();
        let settings = input.is_terminal().then(|| tcgetattr(&input).ok());
        Terminal {
            settings: settings.flatten(),
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let Some(settings) = &self.settings else {
            return;
        };
        // A process in the background is stopped for touching the terminal,
        // unless it blocks the signal.
        let mut mask = SigSet::empty();
        mask.add(Signal::SIGTTOU);
        let mut before = SigSet::empty();
        let blocked = pthread_sigmask(SigmaskHow::SIG_BLOCK, Some(&mask), Some(&mut before));
        let _ = tcsetpgrp(io::stdin(), getpgrp());
        let _ = tcsetattr(io::stdin(), SetArg::TCSADRAIN, settings);
        if blocked.is_ok() {
            let _ = pthread_sigmask(SigmaskHow::SIG_SETMASK, Some(&before), None);
        }
    }
}
