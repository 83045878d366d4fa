//! What a probe finds out about the terminal it stands at.

use std::os::fd::{AsFd, AsRawFd};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::pty::Winsize;
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::unistd::{getpgrp, isatty, tcgetpgrp, ttyname};
use serde_json::{Value, json};

use super::say;

/// How long it waits for a size or a key.
const LIMIT: Duration = Duration::from_secs(6);

/// Says what it stands at; says so again when the size changes; ends with 130
/// at Ctrl-C, and with an error when neither happens for long.
pub fn stand() -> Result<ExitCode> {
    let heard = [Signal::SIGWINCH, Signal::SIGINT];
    let set: SigSet = heard.iter().copied().collect();
    set.thread_block().context("block signals")?;
    let signals = SignalFd::with_flags(&set, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?;
    say(look())?;
    let mut deadline = Instant::now() + LIMIT;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let mut ready = [PollFd::new(signals.as_fd(), PollFlags::POLLIN)];
        if poll(&mut ready, PollTimeout::try_from(left)?)? == 0 {
            bail!("nothing has happened at the terminal");
        }
        while let Some(received) = signals.read_signal().context("read a signal")? {
            if received.ssi_signo == Signal::SIGINT as u32 {
                return Ok(ExitCode::from(130));
            }
            say(look())?;
            deadline = Instant::now() + LIMIT;
        }
    }
}

fn look() -> Value {
    let stdin = std::io::stdin();
    let terminals = [0, 1, 2].into_iter().filter(|number| {
        // SAFETY: the three standard streams are open as long as this process.
        let stream = unsafe { std::os::fd::BorrowedFd::borrow_raw(*number) };
        isatty(stream).unwrap_or(false)
    });
    let name = ttyname(stdin.as_fd()).ok();
    json!({
        "pid": std::process::id(),
        "terminals": terminals.count(),
        "name": name.map(|name| name.to_string_lossy().into_owned()),
        "foreground": tcgetpgrp(stdin.as_fd()).is_ok_and(|group| group == getpgrp()),
        "size": size(stdin.as_raw_fd()),
    })
}

/// Rows and columns.
fn size(terminal: i32) -> Option<[u16; 2]> {
    // SAFETY: plain numbers; all zero is a valid size.
    let mut size: Winsize = unsafe { std::mem::zeroed() };
    // SAFETY: the argument points to a size that the kernel fills in.
    let result = unsafe { nix::libc::ioctl(terminal, nix::libc::TIOCGWINSZ, &raw mut size) };
    (result == 0).then_some([size.ws_row, size.ws_col])
}
