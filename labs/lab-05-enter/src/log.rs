//! What a container has written, kept on disk.
//!
//! A record is a line of its own, in the form in which the container runtime
//! interface of Kubernetes has it:
//!
//! ```text
//! 2026-11-24T18:08:32.123456789Z stdout F one whole line
//! 2026-11-24T18:08:32.123456801Z stderr P the beginning of a line
//! ```
//!
//! `F` is for a full line, `P` for a part of one: the line goes on in the next
//! record of the same stream. So a command that never writes a line break costs
//! no memory, and nothing of what it wrote is changed.

pub mod file;
pub mod follow;
pub mod lines;

use std::fmt;
use std::path::PathBuf;
use std::time::SystemTime;

use namespaces::Spec;
use serde::{Deserialize, Serialize};

pub use file::Log;
pub use lines::Lines;

/// Bytes a log may have before another is begun, when nothing else is said.
pub const MAX_SIZE: u64 = 10 << 20;

/// One of the command's two streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    Stdout,
    Stderr,
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stream::Stdout => "stdout",
            Stream::Stderr => "stderr",
        })
    }
}

/// A line, or a part of one, without its line break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub text: Vec<u8>,
    /// The line ends here.
    pub full: bool,
}

/// A piece with its stream and its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub time: SystemTime,
    pub stream: Stream,
    pub piece: Piece,
}

impl Record {
    /// As it stands in the log, with its line break.
    pub fn to_line(&self) -> Vec<u8> {
        let time = humantime::format_rfc3339_nanos(self.time);
        let tag = if self.piece.full { 'F' } else { 'P' };
        let head = format!("{time} {} {tag} ", self.stream);
        [head.as_bytes(), &self.piece.text, b"\n"].concat()
    }

    /// From a line of a log without its line break; `None` when it is none.
    pub fn parse(line: &[u8]) -> Option<Record> {
        let mut fields = line.splitn(4, |byte| *byte == b' ');
        let mut field = || fields.next();
        let time = std::str::from_utf8(field()?).ok()?;
        let time = humantime::parse_rfc3339(time).ok()?;
        let stream = match field()? {
            b"stdout" => Stream::Stdout,
            b"stderr" => Stream::Stderr,
            _ => return None,
        };
        let full = match field()? {
            b"F" => true,
            b"P" => false,
            _ => return None,
        };
        let text = field()?.to_vec();
        let piece = Piece { text, full };
        Some(Record {
            time,
            stream,
            piece,
        })
    }
}

/// Where the log of a container is, and how long it may get.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Bytes of each of two files.
    pub max_size: u64,
}

/// The log of a container: the file that is written to.
pub fn path(spec: &Spec) -> PathBuf {
    spec.directory.join("log")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_comes_back_as_it_was() {
        for (text, full) in [("", true), ("a  b", false), (" F stdout", true)] {
            let record = Record {
                time: SystemTime::now(),
                stream: Stream::Stderr,
                piece: Piece {
                    text: text.into(),
                    full,
                },
            };
            let line = record.to_line();
            let line = line.strip_suffix(b"\n").expect("a line break");
            assert_eq!(Record::parse(line), Some(record));
        }
        for wrong in ["", "a b c d", "2026-11-24T18:08:32Z stdin F x"] {
            assert_eq!(Record::parse(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
