//! `SUMMARY.md`: every link leads to a page, every page is listed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::fault::Fault;
use super::links::{Link, links};
use super::page::Page;

/// Pages that exist and aren't listed, and lines that list no page.
pub fn check(summary: &Page, pages: &[Page]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut listed = BTreeSet::new();
    let source = summary.path.parent().unwrap_or(Path::new("."));
    for Link { target, offset, .. } in links(&summary.prose) {
        let line = summary.line_of(offset);
        let path = source.join(target);
        if target.is_empty() {
            let reason = "a page without a file: a draft has no place in a published book";
            faults.push(Fault::new(&summary.path, line, reason));
        } else if !path.is_file() {
            let reason = format!("{target}: no such page");
            faults.push(Fault::new(&summary.path, line, reason));
        } else if !listed.insert(path) {
            let reason = format!("{target}: listed twice");
            faults.push(Fault::new(&summary.path, line, reason));
        }
    }
    let unlisted = |page: &&Page| !listed.contains(&page.path) && page.path != summary.path;
    for page in pages.iter().filter(unlisted) {
        let reason = "not listed in SUMMARY.md, so nobody finds it";
        faults.push(Fault::new(&page.path, 1, reason));
    }
    faults
}

/// All Markdown files below `source`, sorted.
pub fn page_files(source: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![source.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}
