//! The screens of `book`.

use super::wrap;
use crate::message::say;

/// It is served now.
pub fn served(url: &str) -> String {
    text(&say!("book-served", url = url))
}

/// It is served already.
pub fn already(url: &str, pid: u32) -> String {
    text(&say!("book-already", url = url, pid = pid.to_string()))
}

/// It was built again, because of this file.
pub fn again(file: &str, well: bool) -> String {
    text(&match well {
        true => say!("book-again", file = file),
        false => say!("book-not-again", file = file),
    })
}

/// mdBook is installed now.
pub fn installs(version: &str) -> String {
    text(&say!("book-installs", version = version))
}

/// Another runner installs it.
pub fn waits_for_installation() -> String {
    text(&say!("book-waits"))
}

/// There is nothing to open a browser with.
pub fn no_browser() -> String {
    text(&say!("book-no-browser"))
}

/// The end of `--lint`.
pub fn clean_or(faults: usize) -> String {
    text(&match faults {
        0 => say!("book-clean"),
        faults => say!("book-faults", faults = faults),
    })
}

/// The end of `--test`.
pub fn happen_or(transcripts: usize, faults: usize) -> String {
    text(&match faults {
        0 => say!("book-happen", transcripts = transcripts),
        faults => say!("book-faults", faults = faults),
    })
}

fn text(words: &str) -> String {
    words.lines().map(|line| wrap("", 0, 0, line)).collect()
}
