//! A small root file system, made without a network: from a static busybox, or
//! from this machine's own programs with the shared libraries they need.
//!
//! Labs try their mounts, their layers and their `pivot_root` on it, so it has
//! to be there on any machine, at once. [`Recipe::make`] puts one together
//! beside its place and renames it into it: it is whole or it isn't there. No
//! right is needed: it has no device nodes, and its files are its maker's.
//!
//! It stands here and not in the runner because checks make one on their
//! workbench, where there is no cargo and no network.
//!
//! Start from [`Recipe`] and [`Made`]; `tree` says how a file of the host's
//! keeps its path, `loader` who is asked for libraries.

mod answer;
mod busybox;
mod elf;
mod etc;
mod host;
mod loader;
mod place;
mod tree;

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::{Deserialize, Serialize};

use place::Place;
use tree::Tree;

/// The file that tells a root file system of ours from a directory of yours.
pub const MARKER: &str = ".practice-rootfs";

/// Where its programs come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// One static busybox, and its applets as links.
    Busybox,
    /// This machine's programs and their libraries.
    Host,
}

/// What a root file system is to be made of.
#[derive(Clone, Debug, Default)]
pub struct Recipe {
    source: Option<Source>,
    with: Vec<PathBuf>,
}

/// A root file system that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Absolute.
    pub dir: PathBuf,
    pub source: Source,
    /// How many programs can be called.
    pub programs: usize,
    /// Sum of the lengths of its files; one with two names counts once.
    pub bytes: u64,
    /// Of the usual programs, those that this machine has and that could not be
    /// taken over, with the reason.
    pub left_out: Vec<(String, String)>,
}

/// What was asked for makes no sense here. Carried as an error, so that a
/// caller tells it from a machine on which something failed.
#[derive(Debug)]
pub struct Refused(String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

fn refuse<T>(reason: impl Into<String>) -> Result<T> {
    Err(Refused(reason.into()).into())
}

impl Recipe {
    /// A busybox if there is a static one on `PATH`, else the host's programs.
    pub fn new() -> Recipe {
        Recipe::default()
    }

    /// Takes the programs from there and nowhere else.
    pub fn from(mut self, source: Source) -> Recipe {
        self.source = Some(source);
        self
    }

    /// Adds a program of this machine with its libraries: a name that is looked
    /// up as a shell does, or an absolute path, which it keeps.
    pub fn with(mut self, program: impl Into<PathBuf>) -> Recipe {
        self.with.push(program.into());
        self
    }

    /// Makes it at `dir`, whose parent is there. One that was made earlier is
    /// replaced if `replace` says so.
    ///
    /// # Errors
    ///
    /// [`Refused`]: at `dir` is something that isn't ours, or a program is
    /// named that there isn't. Else what failed, with its path. In both cases
    /// `dir` is as it was.
    pub fn make(&self, dir: &Path, replace: bool) -> Result<Made> {
        let place = Place::at(dir, replace)?;
        let room = place.make_room()?;
        let mut tree = Tree::at(room.path());
        let source = self.fill(&mut tree)?;
        for program in &self.with {
            host::add(&mut tree, program)?;
        }
        etc::write(&mut tree)?;
        let made = Made {
            dir: place.dir().to_owned(),
            source,
            programs: tree.programs()?,
            bytes: tree.bytes(),
            left_out: tree.left_out(),
        };
        room.move_in(&place)?;
        Ok(made)
    }

    fn fill(&self, tree: &mut Tree) -> Result<Source> {
        let busybox = match self.source {
            Some(Source::Host) => None,
            _ => busybox::find(),
        };
        match (busybox, self.source) {
            (Some(busybox), _) => busybox::fill(tree, &busybox).map(|()| Source::Busybox),
            (None, Some(Source::Busybox)) => refuse(
                "no statically linked busybox is on PATH \
                 (package busybox-static on Debian, Ubuntu and Alpine, busybox on Fedora)",
            ),
            (None, _) => host::fill(tree).map(|()| Source::Host),
        }
    }
}

/// Whether `dir` holds a root file system made by [`Recipe::make`].
pub fn is_ours(dir: &Path) -> bool {
    place::is_marked(dir)
}
