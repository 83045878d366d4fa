//! What the host and an emulated machine say to each other.
//!
//! ```text
//! host                                   machine
//!   {"id":7,"ask":"hello"}            →
//!                                     ←  {"id":7,"say":{"here":{…}}}
//!   {"id":8,"ask":{"put":{…}}} bytes  →
//!                                     ←  {"id":8,"say":"taken"}
//!   {"id":9,"ask":{"run":{…}}}        →
//!                                     ←  {"id":9,"say":{"out":"…"}}
//!                                     ←  {"id":9,"say":{"ended":{"code":0}}}
//! ```
//!
//! One line of JSON each, on a virtio-serial port that QEMU shows as a unix
//! socket. The port has no notion of a connection inside the machine: what one
//! client left unread reaches the next. So each question has an id, and answers
//! to anything else are thrown away. A client that hangs up ends what it ran.
//!
//! The machine is never believed about more than what these words say; who
//! judges is on the host.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

/// The port's name, under `/sys/class/virtio-ports` in the machine.
pub const PORT: &str = "workshop.agent";

/// A question with its id.
#[derive(Debug, Serialize, Deserialize)]
pub struct Question {
    pub id: u64,
    pub ask: Ask,
}

/// What the host can ask.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ask {
    /// What machine is this?
    Hello,
    /// Write a file, replacing what is there; its bytes follow the line.
    Put(File),
    /// Remove files that were put.
    Remove(Vec<String>),
    /// Run a command to its end.
    Run(Job),
}

/// A file to write.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct File {
    /// Absolute, the same as on the host.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// Permission bits.
    pub mode: u32,
    /// Any text that changes when the file does. The machine keeps it, so that
    /// what it has isn't sent twice.
    pub stamp: String,
}

/// A command to run, as root, with an environment of the machine's own.
#[derive(Debug, Serialize, Deserialize)]
pub struct Job {
    /// The program and its arguments; not empty.
    pub words: Vec<String>,
    /// Seconds after which it is killed.
    pub limit: u64,
}

/// An answer with the id of its question.
#[derive(Debug, Serialize, Deserialize)]
pub struct Answer {
    pub id: u64,
    pub say: Say,
}

/// What the machine answers. Each question but `run` has one answer.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Say {
    Here(Machine),
    Taken,
    Removed,
    /// Something of a command's standard output.
    Out(String),
    /// Something of its standard error.
    Err(String),
    /// How a command ended.
    Ended {
        code: Option<i32>,
        signal: Option<i32>,
    },
    /// It was killed for its limit.
    TimedOut,
    /// The question could not be done.
    Refused(String),
}

/// The machine about itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    pub name: String,
    /// `uname -r`.
    pub kernel: String,
    /// Seconds since the kernel started.
    pub uptime: f64,
    /// Controllers of cgroup v2 at its root; empty where it isn't mounted.
    pub controllers: Vec<String>,
    /// Hierarchies of cgroup v1 that are mounted.
    pub v1: usize,
    /// Kibibytes of memory, and how many of them are available.
    pub memory: u64,
    pub available: u64,
    /// Microseconds of [`work`].
    pub work: u64,
    /// Stamps of the files that were put.
    pub files: BTreeMap<String, String>,
}

/// Time of a fixed amount of computing, to compare a machine with its host.
/// The least of three: whatever else runs only makes one longer.
pub fn work() -> Duration {
    let once = || {
        let begun = Instant::now();
        let mut number: u64 = 88_172_645_463_325_252;
        for _ in 0..400_000 {
            number ^= number << 13;
            number ^= number >> 7;
            number ^= number << 17;
        }
        std::hint::black_box(number);
        begun.elapsed()
    };
    (0..3).map(|_| once()).min().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_those_of_the_front_page() {
        let hello = Question {
            id: 7,
            ask: Ask::Hello,
        };
        let line = serde_json::to_string(&hello).expect("JSON");
        assert_eq!(line, r#"{"id":7,"ask":"hello"}"#);
        let ended = Answer {
            id: 9,
            say: Say::Ended {
                code: Some(0),
                signal: None,
            },
        };
        let line = serde_json::to_string(&ended).expect("JSON");
        assert_eq!(line, r#"{"id":9,"say":{"ended":{"code":0,"signal":null}}}"#);
    }

    #[test]
    fn work_takes_time() {
        assert!(work() > Duration::from_micros(100));
    }
}
