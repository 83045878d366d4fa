//! The screen of `sync`.

use super::{GREEN, RED, paint, paragraph, wrap};
use crate::message::say;
use crate::sync::{Change, Refused};
use crate::workspace::Workspace;

/// What `sync --check` found.
pub fn check(changes: &[Change], labs: usize) -> String {
    if changes.is_empty() {
        return wrap(&paint(GREEN, "✔ "), 0, 2, &say!("sync-clean", labs = labs));
    }
    let would = say!("sync-would-change", files = changes.len());
    let mut text = wrap(&paint(RED, "✘ "), 0, 2, &would);
    for change in changes {
        text += &line(change);
    }
    text += "\n";
    text + &wrap("", 0, 0, &say!("sync-edit-reference"))
}

/// Files hold somebody's edits and nothing was written.
pub fn refused(changes: &[Change]) -> String {
    let mut text = wrap(&paint(RED, "✘ "), 0, 2, &say!("sync-refused"));
    for change in changes.iter().filter(|change| change.refused.is_some()) {
        text += &line(change);
    }
    text += "\n";
    text + &wrap("", 0, 0, &say!("sync-undo"))
}

/// What was written.
pub fn done(workspace: &Workspace, changes: &[Change], labs: usize) -> String {
    if changes.is_empty() {
        return wrap("", 0, 0, &say!("sync-clean", labs = labs));
    }
    let mut text = String::new();
    for change in changes {
        let file = change.file.display();
        let done = match &change.new {
            Some(_) => say!("sync-wrote", file = file),
            None => say!("sync-removed", file = file),
        };
        text += &wrap("", 0, 2, &done);
        if let Some(kept) = &change.kept {
            text += &paragraph(&say!("sync-kept"));
            text += &paragraph(&workspace.shown(kept));
        }
    }
    text
}

fn line(change: &Change) -> String {
    let file = change.file.display();
    let text = match (&change.refused, &change.new) {
        (Some(Refused::Written { task }), _) => say!("sync-written", file = file, task = task),
        (Some(Refused::Edited), _) => say!("sync-edited", file = file),
        (None, None) => say!("sync-gone", file = file),
        (None, Some(_)) => file.to_string(),
    };
    wrap("", 2, 4, &text)
}
