//! The screen of `sync`.

use super::{GREEN, RED, count, paint, wrap};
use crate::sync::Change;
use crate::workspace::Workspace;

/// What `sync --check` found.
pub fn check(changes: &[Change], labs: usize) -> String {
    if changes.is_empty() {
        return format!("{}is as generated.\n", all(labs, paint(GREEN, "✔ ")));
    }
    let number = count(changes.len(), "file");
    let mut text = format!("{}sync would change {number}:\n", paint(RED, "✘ "));
    for change in changes {
        text += &line(change);
    }
    text += "\n";
    text += &wrap(
        "",
        0,
        0,
        "Edit the reference in solutions/, then run: cargo xtask sync",
    );
    text
}

/// Files hold somebody's edits and nothing was written.
pub fn refused(changes: &[Change]) -> String {
    let mut text = format!(
        "{}Nothing was written. These files hold edits:\n",
        paint(RED, "✘ ")
    );
    for change in changes.iter().filter(|change| change.refused.is_some()) {
        text += &line(change);
    }
    text += "\n";
    text += &wrap(
        "",
        0,
        0,
        "Commit or undo an edit outside of tasks; reset a written task with `cargo xtask reset`. \
         With --force they are overwritten and kept in .lab/kept.",
    );
    text
}

/// What was written.
pub fn done(workspace: &Workspace, changes: &[Change], labs: usize) -> String {
    if changes.is_empty() {
        return format!("{}is as generated.\n", all(labs, String::new()));
    }
    let mut text = String::new();
    for change in changes {
        let verb = if change.new.is_some() {
            "wrote"
        } else {
            "removed"
        };
        text += &format!("{verb} {}\n", change.file.display());
        if let Some(kept) = &change.kept {
            text += &format!("  the old one is kept in\n  {}\n", workspace.shown(kept));
        }
    }
    text
}

fn line(change: &Change) -> String {
    let what = match (&change.refused, &change.new) {
        (Some(reason), _) => format!(": {reason}"),
        (None, None) => ": the reference has it no more".to_owned(),
        (None, Some(_)) => String::new(),
    };
    wrap("", 2, 4, &format!("{}{what}", change.file.display()))
}

fn all(labs: usize, mark: String) -> String {
    format!("{mark}Every file of {} ", count(labs, "lab"))
}
