//! The screen of `clean`.

use super::{GREEN, RED, paint, tail};
use crate::clean::Done;

/// Lines of a program's report that are shown.
const LINES: usize = 40;

/// What was done and what was forgotten.
pub fn text(done: &[Done], forgotten: &[&str], all: bool) -> String {
    let mut text = String::new();
    if done.is_empty() {
        text += "Nothing is built, so nothing can have been left behind.\n";
    }
    for one in done {
        let mark = if one.success {
            paint(GREEN, "✔")
        } else {
            paint(RED, "✘")
        };
        text += &format!("{mark} {}\n", one.what);
        text += &tail(&one.said, LINES);
    }
    if !forgotten.is_empty() {
        text += &format!("Forgot {}.\n", forgotten.join(", "));
    }
    if all {
        text += "Kept versions of your files stay in .lab/kept.\n";
    }
    text
}
