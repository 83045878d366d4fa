//! What the book is made of, and whether it has changed.
//!
//! Looked at, not waited for: a look at a hundred files costs half a
//! millisecond, and finds the file an editor has replaced as well as one that
//! lies on another computer.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::Result;

use super::includes::includes;
use super::links::without_dots;
use super::lint::read;
use crate::files;

/// Files with the time of their last change and their length in bytes. One that
/// can't be read has neither.
pub type Look = BTreeMap<PathBuf, Option<(SystemTime, u64)>>;

/// The sources of one book.
pub struct Sources {
    book: PathBuf,
    /// Files of the labs that pages include.
    included: Vec<PathBuf>,
}

impl Sources {
    /// Reads the pages for what they include.
    ///
    /// # Errors
    /// A page can't be read.
    pub fn of(root: &Path) -> Result<Sources> {
        let book = root.join("book");
        let mut included = Vec::new();
        for page in read(&book.join("src"))? {
            let folder = page.path.parent().unwrap_or(root);
            let paths = includes(&page.text).into_iter().map(|include| include.file);
            included.extend(paths.map(|file| without_dots(&folder.join(file))));
        }
        Ok(Sources { book, included })
    }

    /// The sources as they are now.
    ///
    /// # Errors
    /// A folder can't be read.
    pub fn look(&self) -> Result<Look> {
        let mut paths = self.included.clone();
        paths.push(self.book.join("book.toml"));
        for folder in ["src", "theme"] {
            let folder = self.book.join(folder);
            let below = files::below(&folder)?;
            paths.extend(below.iter().map(|file| folder.join(file)));
        }
        let state = |path: &Path| {
            let data = path.metadata().ok()?;
            Some((data.modified().ok()?, data.len()))
        };
        Ok(paths
            .into_iter()
            .map(|path| {
                let now = state(&path);
                (path, now)
            })
            .collect())
    }
}

/// A file that differs between two looks.
pub fn changed<'a>(before: &'a Look, now: &'a Look) -> Option<&'a Path> {
    let differs = |(path, state): &(&PathBuf, _)| before.get(*path) != Some(*state);
    let gone = || before.keys().find(|path| !now.contains_key(*path));
    let new = now.iter().find(differs).map(|(path, _)| path);
    new.or_else(gone).map(PathBuf::as_path)
}
