//! The screen of `watch`, around what `check` says.

use lab_judge::LabOnDisk;

use super::{BOLD, paint, paragraph, red, wrap};
use crate::check::Ground;
use crate::message::say;
use crate::terminal;
use crate::workspace::Workspace;

/// Moves to the upper left corner and erases from there (ECMA-48: CUP, ED).
pub const CLEAR: &str = "\x1b[H\x1b[2J";

/// Erases the line with the keys, which has this many columns and an empty line
/// above it. A terminal that became narrower than it has laid it out anew, in
/// more than one line (ECMA-48: CUU, ED).
pub fn erase(columns: usize) -> String {
    let above = 1 + columns.saturating_sub(1) / terminal::columns();
    format!("\r\x1b[{above}A\x1b[J")
}

/// What is told above the first check.
pub fn begins(lab: &str) -> String {
    wrap("", 0, 0, &say!("watch-begins", lab = lab)) + "\n"
}

/// What is told above a check that was asked for.
pub fn again(lab: &str) -> String {
    wrap("", 0, 0, &say!("watch-again", lab = lab)) + "\n"
}

/// What is told above a check after a change to `count` files.
pub fn changed(file: &str, count: usize, first: &[String]) -> String {
    let what = say!("watch-changed", file = file, others = count - 1);
    let text = match first {
        [] => what,
        first => say!("watch-first", what = what, tasks = first.join(", ")),
    };
    wrap("", 0, 0, &text) + "\n"
}

/// The line with the keys, no wider than the terminal.
pub fn keys(lab: &str) -> String {
    let room = terminal::columns() - 1;
    let long = say!("watch-keys", lab = lab);
    let text = match long.chars().count() <= room {
        true => long,
        false => say!("watch-keys-short"),
    };
    text.chars().take(room).collect()
}

/// The task to go on with.
pub fn next_task(workspace: &Workspace, lab: &LabOnDisk, task: &str) -> String {
    let Some(task) = lab.said().task(task) else {
        return String::new();
    };
    let ground = Ground {
        workspace,
        lab,
        package: &lab.dir,
    };
    let head = say!("watch-next", task = task.id.as_str());
    format!("{}\n", paint(BOLD, &head))
        + &paragraph(&task.says)
        + &red::where_to_go(task, None, &ground, false)
}
