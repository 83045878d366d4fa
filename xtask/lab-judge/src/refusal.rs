//! Why a declaration is refused: the file, the line and the reason.

use std::fmt;
use std::path::PathBuf;

use crate::anchor::AnchorFault;

/// One thing that is wrong in one place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refusal {
    /// The file, as it was asked for (absolute when the lab was).
    pub file: PathBuf,
    /// The line, from 1. A reason that concerns the whole file has line 1.
    pub line: usize,
    pub reason: Reason,
}

/// Why it is refused. What a learner's own source may be refused for is told
/// apart, so that it can be said in their language.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Lower case, no full stop.
    Words(String),
    /// The marks of a source.
    Marks(AnchorFault),
    /// The marks of a task in its file.
    Task {
        task: String,
        file: String,
        fault: AnchorFault,
    },
    /// A task's file is not there.
    NoFile { task: String, file: String },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Words(words) => f.write_str(words),
            Reason::Marks(fault) => fault.fmt(f),
            Reason::Task { task, file, fault } => write!(f, "task {task}: {fault} in {file}"),
            Reason::NoFile { task, file } => write!(f, "task {task}: there is no {file}"),
        }
    }
}

impl<T: Into<String>> From<T> for Reason {
    fn from(words: T) -> Reason {
        Reason::Words(words.into())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file.display(), self.line, self.reason)
    }
}

/// Everything that is wrong with one lab, in the order of files and lines.
///
/// Never empty: a lab without refusals is a lab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusals(Vec<Refusal>);

impl Refusals {
    /// `Ok` when there is nothing to refuse.
    pub(crate) fn none_or(mut refusals: Vec<Refusal>) -> Result<(), Refusals> {
        if refusals.is_empty() {
            return Ok(());
        }
        refusals.sort();
        refusals.dedup();
        Err(Refusals(refusals))
    }

    /// A single refusal.
    pub(crate) fn one(file: impl Into<PathBuf>, line: usize, reason: impl Into<Reason>) -> Self {
        Refusals(vec![Refusal {
            file: file.into(),
            line,
            reason: reason.into(),
        }])
    }

    /// The refusals, sorted by file and line.
    pub fn iter(&self) -> impl Iterator<Item = &Refusal> {
        self.0.iter()
    }
}

impl fmt::Display for Refusals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, refusal) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{refusal}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusals {}
