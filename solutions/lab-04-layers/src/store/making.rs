//! How something gets into a store, whole.
//!
//! Everything is put together in `tmp` and renamed into its place: it is whole,
//! or it isn't there. Whoever makes something shares the lock until that is in
//! place and referred to. Who has the lock alone knows that nobody is at work:
//! what is in `tmp` then was left by somebody who was killed.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use namespaces::spec::random_id;
use nix::fcntl::{Flock, FlockArg};
use nix::unistd::syncfs;

use super::{Store, entries, noted, remove_tree};
use crate::digest::Digest;
use crate::unused;

/// In a directory of `tmp`: the layers that a removal leaves to whoever sweeps.
const NOTES: &str = "layers";

/// Something being made: a directory in `tmp`. Dropped, it is removed.
#[derive(Debug)]
pub struct Making {
    path: PathBuf,
    left: bool,
    _at_work: Flock<File>,
}

impl Store {
    /// A directory to make something in. As long as it lives, nothing in the
    /// store is swept, so that what is in place and not yet referred to stays.
    pub fn make(&self) -> Result<Making> {
        self.sweep()?;
        let at_work = self.lock(FlockArg::LockShared)?;
        let at_work = at_work.context("lock the store")?;
        let path = self.root.join("tmp").join(random_id()?);
        // Half of something is nobody's to read.
        fs::create_dir(&path).with_context(|| format!("make {}", path.display()))?;
        Ok(Making {
            path,
            left: false,
            _at_work: at_work,
        })
    }

    /// The lock, held alone: nobody makes anything meanwhile. `None` when
    /// somebody does now.
    pub fn alone(&self) -> Result<Option<Flock<File>>> {
        self.lock(FlockArg::LockExclusiveNonblock)
    }

    /// Removes what killed makers have left, unless somebody is at work; then
    /// the next one does.
    pub fn sweep(&self) -> Result<()> {
        let Some(_alone) = self.alone()? else {
            return Ok(());
        };
        for path in entries(&self.root.join("tmp"))? {
            unused::collect(self, &noted(&path.join(NOTES))?)?;
            remove_tree(&path)?;
        }
        Ok(())
    }

    fn lock(&self, how: FlockArg) -> Result<Option<Flock<File>>> {
        let path = self.root.join("lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .with_context(|| format!("open {}", path.display()))?;
        match Flock::lock(file, how) {
            Ok(lock) => Ok(Some(lock)),
            Err((_, nix::errno::Errno::EAGAIN)) => Ok(None),
            Err((_, errno)) => Err(errno).with_context(|| format!("lock {}", path.display())),
        }
    }
}

impl Making {
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A directory of it becomes the layer with this DiffID. One that is there
    /// already has the same content, and stays. If the maker is killed before
    /// something refers to it, it is still a whole layer: whoever makes the same
    /// one finds it, and the next removal of an image, or `clean`, takes it away.
    pub fn into_layer(&self, made: &Path, store: &Store, id: &Digest) -> Result<()> {
        self.sync()?;
        let place = store.layer(id);
        match fs::rename(made, &place) {
            Err(_) if place.is_dir() => remove_tree(made),
            renamed => renamed.with_context(|| format!("make {}", place.display())),
        }
    }

    /// Notes a layer that nobody seems to need: whoever sweeps looks again, and
    /// removes it.
    pub(crate) fn note(&self, id: &Digest) -> Result<()> {
        let path = self.path.join(NOTES).join(id.hex());
        fs::create_dir_all(&path).with_context(|| format!("make {}", path.display()))
    }

    /// Lets go, and leaves it to whoever sweeps.
    pub(crate) fn leave(mut self) {
        self.left = true;
    }

    /// What has a name must have its content, also when the machine loses power
    /// a moment later.
    pub fn sync(&self) -> Result<()> {
        let directory = File::open(&self.path);
        let directory = directory.with_context(|| format!("open {}", self.path.display()))?;
        syncfs(directory).with_context(|| format!("sync {}", self.path.display()))
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        if !self.left {
            // What can't be removed is swept by the next one.
            let _ = remove_tree(&self.path);
        }
    }
}
