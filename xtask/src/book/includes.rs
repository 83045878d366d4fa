//! `{{#include file:anchor}}`: the file, the anchor and the lines exist. mdBook
//! builds the page without the text where they don't.

use std::path::Path;

use super::fault::Fault;
use super::links::without_dots;
use super::page::{Page, line_of};

/// The directives that take over text of another file.
const DIRECTIVES: [&str; 3] = ["{{#include ", "{{#rustdoc_include ", "{{#playground "];

/// What an include names.
#[derive(Debug, PartialEq, Eq)]
pub struct Include<'a> {
    pub file: &'a str,
    /// What stands behind the file: an anchor, or numbers of lines.
    pub part: Option<&'a str>,
    pub line: usize,
}

/// The includes of a text, those in fenced blocks too.
pub fn includes(text: &str) -> Vec<Include<'_>> {
    let mut found = Vec::new();
    for directive in DIRECTIVES {
        for (offset, _) in text.match_indices(directive) {
            let rest = &text[offset + directive.len()..];
            let escaped = text[..offset].ends_with('\\');
            if let (false, Some(end)) = (escaped, rest.find("}}")) {
                let words = rest[..end].split_whitespace().next().unwrap_or_default();
                let (file, part) = match words.split_once(':') {
                    Some((file, part)) => (file, Some(part)),
                    None => (words, None),
                };
                let line = line_of(text, offset);
                found.push(Include { file, part, line });
            }
        }
    }
    found
}

/// Includes of one page that take over nothing. Those of `solutions/` are let
/// pass when a teacher withholds it.
pub fn check(page: &Page, root: &Path) -> Vec<Fault> {
    let solutions = root.join("solutions");
    let folder = page.path.parent().unwrap_or(root);
    let mut faults = Vec::new();
    for include in includes(&page.text) {
        let path = without_dots(&folder.join(include.file));
        if path.starts_with(&solutions) && !solutions.exists() {
            continue;
        }
        let reason = match std::fs::read_to_string(&path) {
            Err(error) => Some(format!("{}: {error}", include.file)),
            Ok(text) => include.part.and_then(|part| missing(&text, part)),
        };
        if let Some(reason) = reason {
            faults.push(Fault::new(&page.path, include.line, reason));
        }
    }
    faults
}

/// Why a text has no such part; `None` when it has.
fn missing(text: &str, part: &str) -> Option<String> {
    let bounds: Vec<&str> = part.split(':').collect();
    let number = |word: &&str| word.is_empty() || word.parse::<usize>().is_ok();
    if bounds.iter().all(number) {
        let last = text.lines().count();
        let numbers: Vec<usize> = bounds.iter().filter_map(|word| word.parse().ok()).collect();
        if let Some(beyond) = numbers.iter().find(|n| **n == 0 || **n > last) {
            return Some(format!("line {beyond}: the file has lines 1 to {last}"));
        }
        return match numbers.as_slice() {
            [from, to] if from > to => Some(format!("lines {from} to {to}: none")),
            _ => None,
        };
    }
    let mark = |name: &str| text.lines().position(|line| marked(line, name, part));
    match (mark("ANCHOR:"), mark("ANCHOR_END:")) {
        (Some(begin), Some(end)) if begin < end => None,
        (Some(_), _) => Some(format!("anchor {part} begins and does not end")),
        (None, _) => Some(format!("no anchor {part}")),
    }
}

fn marked(line: &str, mark: &str, name: &str) -> bool {
    let rest = line.split(mark).nth(1);
    rest.is_some_and(|rest| rest.split_whitespace().next() == Some(name))
}
