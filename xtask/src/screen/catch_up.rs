//! The screen of `catch-up`.

use super::{labelled, wrap};
use crate::catch_up::CaughtUp;
use crate::message::say;
use crate::workspace::Workspace;

/// The first lab was named.
pub fn nothing_before(lab: &str) -> String {
    wrap("", 0, 0, &say!("catch-up-nothing-before", lab = lab))
}

/// What was put in, and what stayed.
pub fn text(workspace: &Workspace, lab: &str, done: &CaughtUp) -> String {
    if done.put.is_empty() {
        return wrap("", 0, 0, &say!("catch-up-nothing", lab = lab));
    }
    let mut text = String::new();
    for put in &done.put {
        let place = format!("{}:{}", workspace.shown(&put.path), put.line);
        let task = put.task.as_str();
        let line = match put.begun {
            true => say!("catch-up-begun", place = place, task = task),
            false => say!("catch-up-put", place = place, task = task),
        };
        text += &wrap("", 0, 2, &line);
    }
    if done.written > 0 {
        text += &wrap("", 0, 0, &say!("catch-up-stay", count = done.written));
    }
    if let Some(kept) = &done.kept {
        let folder = format!("{}/", workspace.shown(kept));
        text += &wrap("", 0, 0, &say!("catch-up-kept", folder = folder));
        for file in &done.edited {
            text += &format!("  {}\n", file.display());
        }
    }
    let number = lab.strip_prefix("lab-").unwrap_or(lab);
    let number = number.split('-').next().unwrap_or(number);
    text += &labelled(&say!("catch-up-label-check"), "cargo xtask check --all");
    text + &labelled(
        &say!("catch-up-label-next"),
        &format!("cargo xtask check {number}"),
    )
}
