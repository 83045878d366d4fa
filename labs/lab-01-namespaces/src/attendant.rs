//! Work that the runtime does beside a container's life: to keep what it
//! writes, to carry keys to its terminal.
//!
//! Each attendant has a thread of the runtime's process. It is started when the
//! container's process has been cloned, for before that there must be one
//! thread only, and it is waited for when that process has ended.

use std::fmt;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

/// How long an attendant may still work after the container's end.
const LIMIT: Duration = Duration::from_secs(10);

type Work = dyn FnOnce(OwnedFd) -> Result<()> + Send;

/// Work to be done beside the container, planned by a hook's `prepare`.
pub struct Attendant {
    name: &'static str,
    work: Box<Work>,
}

impl Attendant {
    /// `work` gets a descriptor of the container's process, which can be read
    /// from when that has ended; it must return then. Everything the work owns
    /// must be close-on-exec: the container's process has a copy until exec.
    pub fn new(
        name: &'static str,
        work: impl FnOnce(OwnedFd) -> Result<()> + Send + 'static,
    ) -> Attendant {
        let work = Box::new(work);
        Attendant { name, work }
    }

    /// Begins the work.
    pub fn start(self, process: BorrowedFd) -> io::Result<Attending> {
        let process = process.try_clone_to_owned()?;
        let (sender, done) = channel();
        let work = move || {
            // Nobody listens when the wait was given up.
            let _ = sender.send((self.work)(process));
        };
        std::thread::Builder::new()
            .name(self.name.into())
            .spawn(work)?;
        let name = self.name;
        Ok(Attending { name, done })
    }
}

impl fmt::Debug for Attendant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Attendant").field(&self.name).finish()
    }
}

/// An attendant at work.
#[derive(Debug)]
pub struct Attending {
    name: &'static str,
    done: Receiver<Result<()>>,
}

impl Attending {
    /// Waits until the work is done: the container's process has ended.
    pub fn finish(self) -> Result<()> {
        match self.done.recv_timeout(LIMIT) {
            Ok(result) => result.with_context(|| self.name),
            Err(_) => bail!("{}: not finished after {} s", self.name, LIMIT.as_secs()),
        }
    }
}

/// Waits until one of `streams` can be read, or the process has ended. Says of
/// each stream whether to read it: at the end all of them, for what is left.
pub fn wait<const N: usize>(
    streams: [Option<BorrowedFd>; N],
    process: BorrowedFd,
    limit: Option<Instant>,
) -> nix::Result<Ready<N>> {
    let mut asked = Vec::with_capacity(N + 1);
    asked.push(PollFd::new(process, PollFlags::POLLIN));
    for stream in streams.iter().flatten() {
        asked.push(PollFd::new(stream.as_fd(), PollFlags::POLLIN));
    }
    let limit = match limit.map(|limit| limit.saturating_duration_since(Instant::now())) {
        // A millisecond more: what is waited for shall have come.
        Some(left) => {
            PollTimeout::try_from(left + Duration::from_millis(1)).unwrap_or(PollTimeout::MAX)
        }
        None => PollTimeout::NONE,
    };
    match poll(&mut asked, limit) {
        Ok(_) | Err(Errno::EINTR) => {}
        Err(errno) => return Err(errno),
    }
    let mut answers = asked.iter().map(|fd| fd.any().unwrap_or(false));
    let ended = answers.next().unwrap_or(false);
    let readable =
        streams.map(|stream| stream.is_some() && (answers.next() == Some(true) || ended));
    Ok(Ready { readable, ended })
}

/// What [`wait`] has seen.
#[derive(Clone, Copy, Debug)]
pub struct Ready<const N: usize> {
    /// There may be something to read from the stream, or its end.
    pub readable: [bool; N],
    /// The container's process has ended.
    pub ended: bool,
}

/// Makes reads of a stream return at once: at the container's end somebody it
/// has left may hold the other side open for ever.
pub fn never_block(stream: BorrowedFd) -> nix::Result<()> {
    let flags = OFlag::from_bits_retain(fcntl(stream, FcntlArg::F_GETFL)?);
    fcntl(stream, FcntlArg::F_SETFL(flags | OFlag::O_NONBLOCK)).map(drop)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use nix::unistd::{Pid, pipe};

    use super::*;
    use crate::sys::pidfd_open;

    #[test]
    fn an_attendant_sees_streams_and_the_end() -> Result<()> {
        let mut child = Command::new("cat")
            .stdin(std::process::Stdio::piped())
            .spawn()?;
        let process = pidfd_open(Pid::from_raw(child.id() as i32))?;
        let (read, write) = pipe()?;
        let attending = Attendant::new("test", move |process| {
            let waited = wait([Some(read.as_fd()), None], process.as_fd(), None)?;
            anyhow::ensure!(waited.readable == [true, false]);
            let waited = wait([None, None], process.as_fd(), None)?;
            anyhow::ensure!(waited.ended);
            bail!("seen")
        })
        .start(process.as_fd())?;
        drop(write);
        drop(child.stdin.take());
        child.wait()?;
        let error = attending.finish().expect_err("it fails");
        assert_eq!(format!("{error:#}"), "test: seen");
        Ok(())
    }
}
