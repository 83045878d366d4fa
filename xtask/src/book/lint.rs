//! All rules over all pages.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::fault::Fault;
use super::page::Page;
use super::summary::page_files;
use super::transcript::Transcript;
use super::{includes, labs, links, pictures, prose, summary};
use crate::measure::figures;

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
    let stale = figures::stale(root)?.into_iter();
    faults.extend(stale.map(|(file, reason)| Fault::new(&file, 1, reason)));
    for figure in pages_of(&figures::folder(root))? {
        faults.extend(includes::check(&figure, root));
        faults.extend(pictures::check(&figure, root));
    }
    faults.sort();
    faults.dedup();
    Ok(faults)
}

/// Every page of the book, sorted by path. A figure is none: it is part of the
/// pages that include it.
///
/// # Errors
/// One can't be read.
pub fn read(source: &Path) -> Result<Vec<Page>> {
    let figures = source.join("figures");
    let pages = pages_of(source)?.into_iter();
    Ok(pages
        .filter(|page| !page.path.starts_with(&figures))
        .collect())
}

fn pages_of(folder: &Path) -> Result<Vec<Page>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let files = page_files(folder).with_context(|| format!("read {}", folder.display()))?;
    let page =
        |path: &PathBuf| Page::read(path).with_context(|| format!("read {}", path.display()));
    files.iter().map(page).collect()
}
