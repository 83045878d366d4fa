//! What the layers of an image show, read without a mount.
//!
//! This is what the kernel does at each name of a path: it asks the layers, the
//! topmost first, until one of them ends the search.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Component, Path, PathBuf};

use namespaces::Failure;
use namespaces::failure::During;

use crate::walk;
use crate::whiteout::{self, Says};

/// What the layers show at one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Below {
    Nothing,
    /// A directory: in which layers it lies, the topmost first. Its entries are
    /// looked for in these.
    Directory(Vec<PathBuf>),
    /// Anything else, in one layer.
    Other(PathBuf),
}

/// Looks for `name` in the directories of several layers, the topmost first.
pub fn below(directories: &[PathBuf], name: &OsStr) -> Result<Below, Failure> {
    // ANCHOR: below
    let mut merged = Vec::new();
    for directory in directories {
        let path = directory.join(name);
        match whiteout::read(&path)? {
            Says::Nothing => continue,
            Says::Merged => merged.push(path),
            Says::Opaque => {
                merged.push(path);
                break;
            }
            Says::Covers if merged.is_empty() => return Ok(Below::Other(path)),
            Says::Covers | Says::Gone => break,
        }
    }
    Ok(match merged.is_empty() {
        true => Below::Nothing,
        false => Below::Directory(merged),
    })
    // ANCHOR_END: below
}

impl Below {
    /// Where a directory lies; nowhere when it isn't one.
    pub fn directories(&self) -> &[PathBuf] {
        match self {
            Below::Directory(directories) => directories,
            _ => &[],
        }
    }
}

/// What layers, the topmost first, show at a path. Links in it aren't followed.
pub fn at(layers: &[PathBuf], path: &Path) -> Result<Below, Failure> {
    let mut found = Below::Directory(layers.to_vec());
    for part in path.components() {
        if let Component::Normal(name) = part {
            found = below(found.directories(), name)?;
        }
    }
    Ok(found)
}

/// The names that the layers show in a directory, sorted.
pub fn names(directories: &[PathBuf]) -> Result<Vec<OsString>, Failure> {
    let mut all = BTreeSet::new();
    for directory in directories {
        all.extend(walk::names(directory)?);
    }
    let mut shown = Vec::new();
    for name in all {
        if below(directories, &name)? != Below::Nothing {
            shown.push(name);
        }
    }
    Ok(shown)
}

/// Bytes of the files of a layer, its own and not what it covers. A file with
/// two names counts once.
pub fn size(layer: &Path) -> Result<u64, Failure> {
    use std::os::unix::fs::MetadataExt;
    let mut seen = BTreeSet::new();
    let mut left = vec![layer.to_path_buf()];
    let mut bytes = 0;
    while let Some(directory) = left.pop() {
        for name in walk::names(&directory)? {
            let path = directory.join(name);
            let found = fs::symlink_metadata(&path).during("look at", path.display())?;
            if found.is_dir() {
                left.push(path);
            } else if found.is_file() && seen.insert(found.ino()) {
                bytes += found.len();
            }
        }
    }
    Ok(bytes)
}
