//! The keeper: the runtime's attendant that reads what the command writes.
//!
//! ```text
//!   container's process            runtime's process (the creator)
//!     1 ── pipe ──────────────────▶ keeper ──▶ ROOT/ID/log
//!     2 ── pipe ──────────────────▶   │
//! ```
//!
//! Two pipes, so that it is known which stream a line came from. The command
//! holds their one end and nobody else does: when it has ended, and all its
//! children, the other end says so.

use std::io::Read;
use std::os::fd::{AsFd, OwnedFd};
use std::time::SystemTime;
use std::{fs::File, io::ErrorKind};

use anyhow::{Context, Result, bail};
use namespaces::attendant::{never_block, wait};

use crate::log::{Lines, Log, Piece, Record, Stream};

/// Bytes read at once: as many as a pipe holds (pipe(7)).
const CHUNK: usize = 64 * 1024;

/// One stream of the command.
#[derive(Debug)]
struct Source {
    stream: Stream,
    /// `None` once it has ended.
    pipe: Option<File>,
    lines: Lines,
}

impl Source {
    fn new(stream: Stream, pipe: OwnedFd) -> Result<Source> {
        never_block(pipe.as_fd()).context("make a pipe non-blocking")?;
        Ok(Source {
            stream,
            pipe: Some(pipe.into()),
            lines: Lines::default(),
        })
    }

    /// Reads what is there. Once the container has `ended`, nothing more will
    /// come, whoever still holds the other end.
    fn read(&mut self, log: &mut Log, ended: bool) -> Result<()> {
        let Some(pipe) = &mut self.pipe else {
            return Ok(());
        };
        let mut chunk = vec![0; CHUNK];
        let (pieces, over) = match pipe.read(&mut chunk) {
            Ok(0) => (Vec::from_iter(self.lines.finish()), true),
            Ok(length) => (self.lines.push(&chunk[..length]), false),
            Err(error) if error.kind() == ErrorKind::WouldBlock => match ended {
                true => (Vec::from_iter(self.lines.finish()), true),
                false => (Vec::new(), false),
            },
            Err(error) if error.kind() == ErrorKind::Interrupted => (Vec::new(), false),
            // What a terminal says when nobody has it open any more.
            Err(error) if error.raw_os_error() == Some(libc::EIO) => {
                (Vec::from_iter(self.lines.finish()), true)
            }
            Err(error) => return Err(error).context("read what the command writes"),
        };
        for piece in pieces {
            log.write(&self.record(piece));
        }
        if over {
            self.pipe = None;
        }
        Ok(())
    }

    fn record(&self, piece: Piece) -> Record {
        Record {
            time: SystemTime::now(),
            stream: self.stream,
            piece,
        }
    }
}

/// Reads both streams, or the terminal that stands for both, to the end.
pub fn keep(
    stdout: OwnedFd,
    stderr: Option<OwnedFd>,
    mut log: Log,
) -> Result<impl FnOnce(OwnedFd) -> Result<()> + Send + 'static> {
    let mut out = Source::new(Stream::Stdout, stdout)?;
    let stderr = stderr.map(|pipe| Source::new(Stream::Stderr, pipe));
    let mut err = match stderr {
        Some(source) => source?,
        None => Source {
            stream: Stream::Stderr,
            pipe: None,
            lines: Lines::default(),
        },
    };
    Ok(move |process: OwnedFd| {
        while out.pipe.is_some() || err.pipe.is_some() {
            let streams = [&out, &err].map(|source| source.pipe.as_ref().map(File::as_fd));
            let ready = wait(streams, process.as_fd(), None).context("wait for output")?;
            for (source, readable) in [&mut out, &mut err].into_iter().zip(ready.readable) {
                if readable {
                    source.read(&mut log, ready.ended)?;
                }
            }
        }
        match log.lost() {
            0 => Ok(()),
            lost => bail!("{lost} records of its output could not be written"),
        }
    })
}
