//! The wording rules a machine can judge.

use super::fault::Fault;
use super::page::Page;

/// Words that say a page isn't finished.
const UNFINISHED: [&str; 3] = ["TODO", "FIXME", "XXX"];

/// Exclamation marks and unfinished places.
pub fn check(page: &Page) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut wrong = |offset, reason: String| {
        faults.push(Fault::new(&page.path, page.line_of(offset), reason));
    };
    for (offset, _) in page.prose.match_indices('!') {
        // `![` is a picture.
        if !page.prose[offset + 1..].starts_with('[') {
            wrong(offset, "an exclamation mark".into());
        }
    }
    for word in UNFINISHED {
        for (offset, _) in page.prose.match_indices(word) {
            wrong(offset, format!("{word}: finish it or leave it out"));
        }
    }
    for block in page.blocks.iter().filter(|block| !block.closed) {
        faults.push(Fault::new(
            &page.path,
            block.line,
            "this block is never closed",
        ));
    }
    faults
}
