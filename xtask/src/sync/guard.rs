//! Whose a file is: the generator's or a learner's.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use lab_judge::{LabOnDisk, Source, is_starter};

use crate::process;
use crate::store::Store;
use crate::workspace::Workspace;

/// Why a file must not be overwritten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// A task in it is a learner's.
    Written { task: String },
    /// It is neither as git nor as the last `sync` has it.
    Edited,
}

/// What git has of `labs/`.
#[derive(Debug)]
pub struct Guard {
    root: PathBuf,
    /// Files of the last commit that are unchanged, relative to the root.
    /// Without git or a commit there are none, and nothing is overwritten that
    /// `sync` did not write itself.
    committed: BTreeSet<PathBuf>,
}

impl Guard {
    /// Asks git.
    pub fn new(workspace: &Workspace) -> Guard {
        let list = |args: &[&str]| {
            let mut command = Command::new("git");
            // Names relative to the root, also when it is not git's top.
            command.args(args).current_dir(&workspace.root);
            let ended = process::run(&mut command, Duration::from_secs(20), 16 << 20).ok()?;
            let names = || ended.stdout.split('\0').filter(|name| !name.is_empty());
            ended
                .status
                .success()
                .then(|| names().map(PathBuf::from).collect::<BTreeSet<_>>())
        };
        let all = list(&["ls-tree", "-r", "-z", "--name-only", "HEAD", "--", "labs"]);
        let changed = list(&[
            "diff",
            "-z",
            "--name-only",
            "--relative",
            "HEAD",
            "--",
            "labs",
        ]);
        let committed = match (all, changed) {
            (Some(all), Some(changed)) => &all - &changed,
            _ => BTreeSet::new(),
        };
        Guard {
            root: workspace.root.clone(),
            committed,
        }
    }

    /// Whether a file is as git or as the last `sync` has it.
    pub fn is_ours(&self, store: &Store, relative: &Path) -> bool {
        let as_generated = || {
            let bytes = fs::read(self.root.join(relative)).ok();
            bytes.is_some() && bytes == store.generated(relative)
        };
        self.committed.contains(relative) || as_generated()
    }

    /// Why a file of a lab must not be overwritten. `file` is relative to the
    /// lab, `relative` to the root.
    pub fn refusal(
        &self,
        store: &Store,
        lab: &LabOnDisk,
        file: &Path,
        relative: &Path,
        bytes: &[u8],
    ) -> Option<Refused> {
        if let Some(task) = written_task(lab, file, bytes) {
            return Some(Refused::Written {
                task: task.to_owned(),
            });
        }
        if self.is_ours(store, relative) {
            return None;
        }
        Some(Refused::Edited)
    }
}

/// The first task in a file that is more than a lone `todo!`. Damaged regions
/// are somebody's edit, so the first task of such a file counts as written.
fn written_task<'a>(lab: &'a LabOnDisk, file: &Path, bytes: &[u8]) -> Option<&'a str> {
    let mut tasks = lab
        .lab
        .tasks
        .iter()
        .filter(|task| Path::new(&task.file) == file);
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let source = Source::parse(text).ok();
    let untouched = |id: &str| {
        let source = source.as_ref()?;
        // A region that isn't there is a task that is new in the reference.
        match is_starter(source, id) {
            Err(lab_judge::AnchorFault::Missing { .. }) => Some(true),
            starter => starter.ok(),
        }
    };
    tasks
        .find(|task| untouched(&task.id) != Some(true))
        .map(|task| task.id.as_str())
}
