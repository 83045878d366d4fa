//! All rules over all pages.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::fault::Fault;
use super::page::Page;
use super::summary::page_files;
use super::transcript::Transcript;
use super::{includes, labs, links, pictures, prose, summary};

/// Everything in the book below `root` that doesn't hold, in the order of files
/// and lines.
///
/// # Errors
/// A page can't be read.
pub fn lint(root: &Path) -> Result<Vec<Fault>> {
    let source = root.join("book/src");
    let pages = read(&source)?;
    let mut faults = Vec::new();
    let by_path: BTreeMap<PathBuf, &Page> =
        pages.iter().map(|page| (page.path.clone(), page)).collect();
    match by_path.get(&source.join("SUMMARY.md")) {
        Some(listing) => faults.extend(summary::check(listing, &pages)),
        None => faults.push(Fault::new(&source.join("SUMMARY.md"), 1, "is missing")),
    }
    for page in &pages {
        faults.extend(links::check(page, &by_path, &source));
        faults.extend(includes::check(page, root));
        faults.extend(pictures::check(page, root));
        faults.extend(prose::check(page));
        faults.extend(Transcript::all(page).1);
    }
    faults.extend(labs::check(root, &by_path));
    faults.sort();
    faults.dedup();
    Ok(faults)
}

/// Every page of the book, sorted by path.
///
/// # Errors
/// One can't be read.
pub fn read(source: &Path) -> Result<Vec<Page>> {
    let files = page_files(source).with_context(|| format!("read {}", source.display()))?;
    let page =
        |path: &PathBuf| Page::read(path).with_context(|| format!("read {}", path.display()));
    files.iter().map(page).collect()
}
