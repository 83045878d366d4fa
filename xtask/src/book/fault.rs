//! What is wrong with a page, and where.

use std::path::{Path, PathBuf};

use crate::failure::Exit;

/// One thing that doesn't hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    pub file: PathBuf,
    /// From 1.
    pub line: usize,
    pub reason: String,
}

impl Fault {
    pub fn new(file: &Path, line: usize, reason: impl Into<String>) -> Fault {
        Fault {
            file: file.to_owned(),
            line,
            reason: reason.into(),
        }
    }

    /// `file:line: reason`, the file relative to `root`.
    pub fn shown(&self, root: &Path) -> String {
        let file = self.file.strip_prefix(root).unwrap_or(&self.file);
        format!("{}:{}: {}", file.display(), self.line, self.reason)
    }
}

/// How a report with so many faults ends.
pub fn exit(faults: usize) -> Exit {
    if faults == 0 { Exit::Green } else { Exit::Code }
}
