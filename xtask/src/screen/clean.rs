//! The screen of `clean`.

use super::{GREEN, RED, paint, tail, wrap};
use crate::clean::Done;
use crate::message::{listed, say};
use crate::store::Memory;

/// Lines of a program's report that are shown.
const LINES: usize = 40;

/// What was done and what was forgotten.
pub fn text(done: &[Done], forgotten: &[Memory], all: bool) -> String {
    let mut text = String::new();
    if done.is_empty() {
        text += &wrap("", 0, 0, &say!("clean-nothing"));
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
        let things: Vec<String> = forgotten.iter().map(|memory| words(*memory)).collect();
        text += &wrap("", 0, 0, &say!("clean-forgot", things = listed(&things)));
    }
    if all {
        text += &wrap("", 0, 0, &say!("clean-kept"));
    }
    text
}

fn words(memory: Memory) -> String {
    match memory {
        Memory::Results => say!("clean-results"),
        Memory::Hints => say!("clean-hints"),
        Memory::Generated => say!("clean-generated"),
        Memory::Consent => say!("clean-consent"),
    }
}
