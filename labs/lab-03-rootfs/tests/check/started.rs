//! Whether a container was started, and if not, what stopped it.

use anyhow::Result;
use serde_json::{Value, json};
use workbench::Running;

/// What kept a container's command from running.
#[derive(Debug)]
pub struct Stopped {
    /// The operation that failed.
    tried: String,
    /// The kernel's answer, in a word or two.
    answer: String,
}

impl Stopped {
    /// Something else than a call that failed.
    pub fn because(answer: &str) -> Stopped {
        Stopped {
            tried: String::new(),
            answer: answer.into(),
        }
    }

    /// As the fields of a container that was not started.
    pub fn told(&self) -> Value {
        let by = match self.tried.as_str() {
            "" => self.answer.clone(),
            tried => format!("{tried}: {}", self.answer),
        };
        json!({ "started": "no", "stopped_by": by, "tried": self.tried, "answer": self.answer })
    }

    /// As the only thing that was seen.
    pub fn alone(&self) -> Value {
        json!({ "command": self.told() })
    }
}

/// The fields of a container that was started.
pub fn yes() -> Value {
    json!({ "started": "yes", "stopped_by": "nothing" })
}

/// Hears the probe. When the container was not started: why.
pub fn heard(running: &mut Running) -> Result<Result<Value, Stopped>> {
    running.hear_or(stopped)
}

const ANSWERS: [(&str, &str); 11] = [
    (": Device or resource busy", "busy"),
    (": Invalid argument", "invalid"),
    (": Cross-device link", "leaves the root"),
    (": Too many symbolic links encountered", "a link"),
    (": File exists", "exists"),
    (": Read-only file system", "read-only"),
    (": No such file or directory", "no such file"),
    (": No such device", "no such device"),
    (": Not a directory", "not a directory"),
    (": Is a directory", "a directory"),
    (": Operation not permitted", "not permitted"),
];

/// Names people give to one operation: the name is theirs, the diagnosis is by
/// what was done.
const OPERATIONS: [(&str, &[&str]); 6] = [
    ("make in the image", &["make in the image"]),
    ("open in the image", &["open in the image"]),
    (
        "make read-only",
        &[
            "make read-only",
            "remount",
            "set read-only",
            "set_read_only",
            "mount_setattr",
            "protect",
            "write-protect",
        ],
    ),
    ("unmount", &["unmount", "umount", "detach"]),
    ("pivot_root", &["pivot_root", "pivot"]),
    ("start", &["exec"]),
];

fn stopped(stderr: &str) -> Option<Stopped> {
    stderr.lines().find_map(|line| {
        let (_, failure) = line.split_once(": ")?;
        let failure = failure.strip_prefix("rootfs: ").or_else(|| {
            let is_exec = failure.starts_with("exec ");
            is_exec.then_some(failure)
        })?;
        let (_, answer) = ANSWERS.iter().find(|(end, _)| failure.ends_with(end))?;
        let named = OPERATIONS.iter().find(|(_, names)| {
            let mut names = names.iter();
            names.any(|name| failure.starts_with(name))
        });
        let tried = match named {
            Some((operation, _)) => operation,
            None => failure.split(' ').next()?,
        };
        Some(Stopped {
            tried: tried.into(),
            answer: (*answer).into(),
        })
    })
}
