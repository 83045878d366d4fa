//! Keys in, screen out: what the runtime does at a terminal, given.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use namespaces::attendant::never_block;
use namespaces::signals::{Signals, forward};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::eventfd::{EfdFlags, EventFd};
use nix::unistd::{read, write};

use crate::sys;
use crate::terminal::{Raw, receive};

/// Keys that may wait for a command that reads none, in bytes.
const MOST: usize = 64 * 1024;

/// How long what is still to be read is shown when the command has ended.
const REST: Duration = Duration::from_secs(1);

/// Passes on between our standard streams and the terminal that comes out of
/// `way`, until the process has ended. Our terminal is as before then, whatever
/// happens. Signals that arrive meanwhile go to the process, where somebody else
/// doesn't see to that.
pub fn relay(
    way: OwnedFd,
    interactive: bool,
    process: BorrowedFd,
    signals: Option<&Signals>,
) -> Result<()> {
    let Some(master) = receive(way)? else {
        return Ok(());
    };
    let stdin = std::io::stdin();
    let raw = match interactive {
        true => Some(Raw::enter(stdin.as_fd())?),
        false => None,
    };
    let done = pass_on(master.as_fd(), interactive, process, signals);
    drop(raw);
    done
}

fn pass_on(
    master: BorrowedFd,
    interactive: bool,
    process: BorrowedFd,
    signals: Option<&Signals>,
) -> Result<()> {
    never_block(master).context("make the terminal non-blocking")?;
    let resized = EventFd::from_flags(EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK)?;
    sys::hear_resizes(resized.as_fd().try_clone_to_owned()?).context("hear of SIGWINCH")?;
    let stdin = std::io::stdin();
    // It may have changed since the command was started.
    resize(stdin.as_fd(), master);
    let mut keys = Vec::new();
    let mut keyboard = interactive;
    let mut until = None;
    loop {
        let mut wanted = PollFlags::POLLIN;
        wanted.set(PollFlags::POLLOUT, !keys.is_empty());
        let mut asked = vec![
            PollFd::new(process, PollFlags::POLLIN),
            PollFd::new(resized.as_fd(), PollFlags::POLLIN),
            PollFd::new(master, wanted),
            // Asked for nothing where there are none: never ready.
            match signals {
                Some(signals) => PollFd::new(signals.as_fd(), PollFlags::POLLIN),
                None => PollFd::new(resized.as_fd(), PollFlags::empty()),
            },
        ];
        if keyboard && keys.len() < MOST {
            asked.push(PollFd::new(stdin.as_fd(), PollFlags::POLLIN));
        }
        match poll(&mut asked, PollTimeout::NONE) {
            Err(Errno::EINTR) => continue,
            polled => polled.context("wait at the terminal")?,
        };
        let ready: Vec<bool> = asked.iter().map(|fd| fd.any().unwrap_or(false)).collect();
        if ready[1] {
            let _ = resized.read();
            resize(stdin.as_fd(), master);
        }
        while let Some(received) = signals.and_then(|signals| signals.next().transpose()) {
            let received = received.context("read a signal")?;
            forward(&received, process).context("pass a signal on")?;
        }
        if ready.get(4) == Some(&true) {
            keyboard = take_keys(stdin.as_fd(), &mut keys)?;
        }
        if !keys.is_empty() {
            match write(master, &keys) {
                Ok(length) => drop(keys.drain(..length)),
                Err(Errno::EAGAIN | Errno::EINTR) => {}
                // Nobody is there to read them.
                Err(_) => keys.clear(),
            }
        }
        if (ready[2] || ready[0]) && show(master, ready[0])? {
            return Ok(());
        }
        // What it has left behind may write for ever.
        if ready[0] && Instant::now() >= *until.get_or_insert_with(|| Instant::now() + REST) {
            return Ok(());
        }
    }
}

/// Gives the container's terminal the size of ours; where we have none, none.
fn resize(ours: BorrowedFd, master: BorrowedFd) {
    if let Ok(size) = sys::window_size(ours) {
        // One that has gone away needs no size.
        let _ = sys::set_window_size(master, &size);
    }
}

/// Reads keys; false when there will be no more.
fn take_keys(stdin: BorrowedFd, keys: &mut Vec<u8>) -> Result<bool> {
    let mut chunk = [0; 4096];
    match read(stdin, &mut chunk) {
        Ok(0) => Ok(false),
        Ok(length) => {
            keys.extend(&chunk[..length]);
            Ok(true)
        }
        Err(Errno::EAGAIN | Errno::EINTR) => Ok(true),
        // Our terminal was hung up.
        Err(Errno::EIO) => Ok(false),
        Err(errno) => Err(errno).context("read the keyboard"),
    }
}

/// Shows what is there; true when no more will come.
fn show(master: BorrowedFd, ended: bool) -> Result<bool> {
    let mut chunk = [0; 64 * 1024];
    match read(master, &mut chunk) {
        Ok(0) | Err(Errno::EIO) => Ok(true),
        Ok(length) => {
            let stdout = std::io::stdout();
            let mut rest = &chunk[..length];
            while !rest.is_empty() {
                match write(stdout.as_fd(), rest) {
                    Ok(length) => rest = &rest[length..],
                    Err(Errno::EINTR) => {}
                    Err(Errno::EAGAIN) => {
                        let mut room = [PollFd::new(stdout.as_fd(), PollFlags::POLLOUT)];
                        let _ = poll(&mut room, PollTimeout::from(100u8));
                    }
                    // Nobody sees it; the command goes on.
                    Err(_) => break,
                }
            }
            Ok(false)
        }
        Err(Errno::EAGAIN) => Ok(ended),
        Err(Errno::EINTR) => Ok(false),
        Err(errno) => Err(errno).context("read the container's terminal"),
    }
}
