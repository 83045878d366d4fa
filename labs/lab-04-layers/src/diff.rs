//! What a container has changed: its upper directory beside what the image
//! shows.

use std::fmt;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use namespaces::Failure;
use namespaces::failure::During;

use crate::init_layer;
use crate::lower::{self, Below, below};
use crate::walk::Directory;
use crate::whiteout::{self, Says};

/// What has become of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Added,
    Changed,
    Deleted,
}

/// A path inside the container, and what has become of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub kind: Kind,
    pub path: PathBuf,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = match self.kind {
            Kind::Added => 'A',
            Kind::Changed => 'C',
            Kind::Deleted => 'D',
        };
        write!(f, "{letter} {}", self.path.display())
    }
}

/// All changes, each directory before what is in it. `layers` are the image's,
/// the lowest first.
pub fn diff(upper: &Path, layers: &[PathBuf]) -> Result<Vec<Change>, Failure> {
    let topmost_first: Vec<PathBuf> = layers.iter().rev().cloned().collect();
    let mut changes = Vec::new();
    let upper = Directory::open(upper)?;
    inside(&upper, Path::new("/"), &topmost_first, &mut changes)?;
    Ok(changes)
}

/// What an entry of the upper directory means, when the image shows `below` at
/// its path; `None` when it changes nothing.
pub fn kind(says: Says, below: &Below) -> Option<Kind> {
    // ANCHOR: kind
    todo!(
        "Tell an addition from a change, and a deletion from nothing at all. (chapter: task-5-what-has-changed)"
    )
    // ANCHOR_END: kind
}

/// The changes in one directory and below it. `image` is where the image has
/// this directory, the topmost layer first.
fn inside(
    upper: &Directory,
    path: &Path,
    image: &[PathBuf],
    changes: &mut Vec<Change>,
) -> Result<(), Failure> {
    for name in upper.names()? {
        let (entry, path) = (upper.entry(&name), path.join(&name));
        if init_layer::is_ours(&path) {
            continue;
        }
        let (says, found) = (whiteout::read(&entry)?, below(image, &name)?);
        let Some(kind) = kind(says, &found) else {
            continue;
        };
        let own = changes.len();
        changes.push(Change {
            kind,
            path: path.clone(),
        });
        if let Says::Merged | Says::Opaque = says {
            let directory = Directory::open(&entry)?;
            if says == Says::Opaque {
                covered(&directory, &path, found.directories(), changes)?;
            }
            inside(&directory, &path, found.directories(), changes)?;
            // A directory is copied up for what is written in it; and a file of
            // the init layer may be all that was.
            let only_way = says == Says::Merged && changes.len() == own + 1;
            if only_way && kind == Kind::Changed && same(&entry, &found)? {
                changes.pop();
            }
        }
    }
    Ok(())
}

/// What the image has in a directory and an opaque one in its place doesn't
/// show.
fn covered(
    upper: &Directory,
    path: &Path,
    image: &[PathBuf],
    changes: &mut Vec<Change>,
) -> Result<(), Failure> {
    for name in lower::names(image)? {
        if whiteout::read(&upper.entry(&name))? == Says::Nothing {
            changes.push(Change {
                kind: Kind::Deleted,
                path: path.join(name),
            });
        }
    }
    Ok(())
}

/// Whether a directory has the owner and the mode it has in the image.
fn same(entry: &Path, found: &Below) -> Result<bool, Failure> {
    let Some(image) = found.directories().first() else {
        return Ok(false);
    };
    let look = |path: &Path| fs::symlink_metadata(path).during("look at", path.display());
    let (one, other) = (look(entry)?, look(image)?);
    let of = |found: &fs::Metadata| (found.uid(), found.gid(), found.mode());
    Ok(of(&one) == of(&other))
}
