//! Why a declaration is refused: the file, the line and the reason.

use std::fmt;
use std::path::PathBuf;

/// One thing that is wrong in one place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refusal {
    /// The file, as it was asked for (absolute when the lab was).
    pub file: PathBuf,
    /// The line, from 1. A reason that concerns the whole file has line 1.
    pub line: usize,
    /// Lower case, no full stop.
    pub reason: String,
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
    pub(crate) fn one(file: impl Into<PathBuf>, line: usize, reason: impl Into<String>) -> Self {
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
