//! The screens of `hint`, `reset` and `solve`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use lab_judge::{Lab, Task};

use super::{BOLD, block, paint, paragraph, wrap};
use crate::message::say;
use crate::workspace::Workspace;

/// A region that was asked to be replaced.
#[derive(Debug)]
pub struct Replaced {
    pub task: String,
    pub path: PathBuf,
    /// Where the region begins, from 1.
    pub line: usize,
    /// Whether something else stood there.
    pub changed: bool,
    /// Where the file's old version is kept.
    pub kept: Option<PathBuf>,
}

/// A task's hints up to the `given`th; `before` were known.
pub fn hints(workspace: &Workspace, lab: &Lab, task: &Task, given: usize, before: usize) -> String {
    let head = say!("regions-hint-head", lab = &lab.lab, task = &task.id);
    let mut text = format!("{}\n", paint(BOLD, &head));
    text += &wrap("", 2, 2, &task.says);
    for (index, hint) in task.hints.iter().take(given).enumerate() {
        text += "\n";
        text += &wrap(&format!("{}. ", index + 1), 2, 5, hint);
    }
    let (number, all) = (lab.number(), task.hints.len());
    let next = if before < all && given < all {
        let command = format!("cargo xtask hint {number} {}", task.id);
        (say!("regions-more"), command)
    } else if workspace.solution(lab).is_ok() {
        let command = format!("cargo xtask solve {number} {}", task.id);
        let solve = say!("regions-no-more-solve", command = command);
        (say!("regions-no-more"), solve)
    } else {
        (say!("regions-no-more"), say!("regions-no-more-hints"))
    };
    let chapter = workspace.chapter(lab, &task.heading);
    text += "\n";
    text + &block(&[(say!("words-chapter"), chapter), next])
}

/// What `reset` did.
pub fn reset(workspace: &Workspace, replaced: &[Replaced]) -> String {
    told(workspace, replaced, |place, one| match one.changed {
        true => say!("regions-reset", place = place, task = &one.task),
        false => say!("regions-reset-already", place = place, task = &one.task),
    })
}

/// What `solve` did.
pub fn solve(workspace: &Workspace, lab: &Lab, replaced: &[Replaced]) -> String {
    let text = told(workspace, replaced, |place, one| match one.changed {
        true => say!("regions-solved", place = place, task = &one.task),
        false => say!("regions-solved-already", place = place, task = &one.task),
    });
    let folder = format!("solutions/{}", lab.lab);
    text + &wrap("", 0, 2, &say!("regions-why", folder = folder))
}

fn told(
    workspace: &Workspace,
    replaced: &[Replaced],
    line: impl Fn(String, &Replaced) -> String,
) -> String {
    let mut text = String::new();
    for one in replaced {
        let place = format!("{}:{}", workspace.shown(&one.path), one.line);
        text += &wrap("", 0, 2, &line(place, one));
    }
    let kept: BTreeSet<&PathBuf> = replaced
        .iter()
        .filter_map(|one| one.kept.as_ref())
        .collect();
    if !kept.is_empty() {
        text += &wrap("", 0, 0, &say!("regions-kept", files = kept.len()));
    }
    for file in kept {
        text += &paragraph(&workspace.shown(file));
    }
    text
}
