//! The screens of `hint`, `reset` and `solve`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use lab_judge::{Lab, Task};

use super::{BOLD, labelled, paint, wrap};
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
    let head = format!("{}, task {}", lab.lab, task.id);
    let mut text = format!("{}\n", paint(BOLD, &head));
    text += &wrap("", 2, 2, &task.says);
    for (index, hint) in task.hints.iter().take(given).enumerate() {
        text += "\n";
        text += &wrap(&format!("{}. ", index + 1), 2, 5, hint);
    }
    let (number, all) = (lab.number(), task.hints.len());
    text += "\n";
    text += &labelled("chapter", &workspace.chapter(lab, &task.heading));
    if before < all && given < all {
        text += &labelled("more", &format!("cargo xtask hint {number} {}", task.id));
    } else if workspace.solution(lab).is_ok() {
        let command = format!("cargo xtask solve {number} {}", task.id);
        text += &labelled(
            "no more",
            &format!("{command} puts the reference's version in"),
        );
    } else {
        text += &labelled("no more", "these are all hints of this task");
    }
    text
}

/// What `reset` did.
pub fn reset(workspace: &Workspace, replaced: &[Replaced]) -> String {
    told(
        workspace,
        replaced,
        "is to do again",
        "is a starter's already",
    )
}

/// What `solve` did.
pub fn solve(workspace: &Workspace, lab: &Lab, replaced: &[Replaced]) -> String {
    let text = told(
        workspace,
        replaced,
        "holds the reference's version",
        "is the reference's already",
    );
    text + &format!("Why it is written so: solutions/{}\n", lab.lab)
}

fn told(workspace: &Workspace, replaced: &[Replaced], done: &str, nothing: &str) -> String {
    let mut text = String::new();
    for one in replaced {
        let place = format!("{}:{}", workspace.shown(&one.path), one.line);
        let what = if one.changed { done } else { nothing };
        text += &wrap("", 0, 2, &format!("{place}: task {} {what}", one.task));
    }
    let kept: BTreeSet<&PathBuf> = replaced
        .iter()
        .filter_map(|one| one.kept.as_ref())
        .collect();
    for file in kept {
        text += &format!("Your version is kept in\n  {}\n", workspace.shown(file));
    }
    text
}
