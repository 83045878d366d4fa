//! What checking one lab came to.

use std::path::PathBuf;

use lab_judge::{Check, LabOnDisk, Task, Verdict};

use crate::failure::Exit;
use crate::machine::Lack;
use crate::observe::Trouble;
use crate::workspace::Workspace;

/// One lab, or a part of it, checked.
#[derive(Debug)]
pub struct Report {
    /// The lab's full name.
    pub lab: String,
    pub part: Option<String>,
    /// The one check that was asked for.
    pub check: Option<String>,
    pub solution: bool,
    /// Whether it stood on the reference's earlier labs.
    pub on_reference: bool,
    /// Whether the checks are others than those it was last green by.
    pub checks_changed: bool,
    /// The virtual machine it was observed in.
    pub on: Option<String>,
    pub state: State,
    /// In task order. Empty unless the checks were judged.
    pub rows: Vec<Row>,
    /// What the check binary did instead of answering.
    pub troubles: Vec<Trouble>,
    /// The check binary's own complaints, when there is trouble.
    pub stderr: String,
}

/// How far it came.
#[derive(Debug)]
pub enum State {
    /// Every check has a verdict.
    Judged,
    /// rustc's words are on the terminal.
    DoesNotCompile,
    /// Its sources are damaged: where and how.
    Refused(String),
    /// The machine lacks something, and so nothing was built.
    Lacks(Vec<Lack>),
    /// An earlier lab changed since it was green and is not any more.
    Earlier(Box<Report>),
}

/// One check and its verdict.
#[derive(Debug)]
pub struct Row {
    pub check: Check,
    pub verdict: Verdict,
}

impl Report {
    /// Whether something of the learner's is wrong, not merely unwritten.
    pub fn is_red(&self) -> bool {
        match &self.state {
            State::DoesNotCompile | State::Refused(_) => true,
            State::Earlier(earlier) => earlier.is_red(),
            State::Lacks(_) => false,
            State::Judged => {
                !self.troubles.is_empty()
                    || self
                        .rows
                        .iter()
                        .any(|row| matches!(row.verdict, Verdict::Red(_)))
            }
        }
    }

    /// The lab's exit status.
    pub fn exit(&self) -> Exit {
        let machine = |row: &Row| matches!(row.verdict, Verdict::Machine { .. });
        match &self.state {
            _ if self.is_red() => Exit::Code,
            State::Lacks(_) => Exit::Machine,
            State::Earlier(earlier) => earlier.exit(),
            _ if self.rows.iter().any(machine) => Exit::Machine,
            _ if self.rows.iter().all(|row| row.verdict.is_green()) => Exit::Green,
            _ => Exit::Code,
        }
    }

    /// The first red row in task order.
    pub fn first_red(&self) -> Option<&Row> {
        self.rows
            .iter()
            .find(|row| matches!(row.verdict, Verdict::Red(_)))
    }

    /// Rows with a verdict of this name.
    pub fn count(&self, verdict: &str) -> usize {
        self.rows
            .iter()
            .filter(|row| row.verdict.name() == verdict)
            .count()
    }
}

/// A lab and the package that is checked: what a screen needs for places.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    pub workspace: &'a Workspace,
    pub lab: &'a LabOnDisk,
    /// The lab's own folder, or the reference's.
    pub package: &'a PathBuf,
}

impl Ground<'_> {
    /// A task's place in the source: `labs/…/src/x.rs:12`.
    pub fn place(&self, task: &Task) -> String {
        let file = self.package.join(&task.file);
        let line = self
            .lab
            .sources(self.package)
            .ok()
            .and_then(|sources| Some(sources.get(&task.file)?.task(&task.id).ok()?.line));
        match line {
            Some(line) => format!("{}:{line}", self.workspace.shown(&file)),
            None => self.workspace.shown(&file),
        }
    }
}
