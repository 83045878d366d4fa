//! A container's own directories.
//!
//! ```text
//! STORE/containers/ID/l/0, l/1, …   links to the image's layers, the lowest first
//! STORE/containers/ID/init/         the init layer
//! STORE/containers/ID/upper/        what the container writes
//! STORE/containers/ID/work/         overlayfs's own
//! STORE/containers/ID/merged/       where all of it is mounted, in the
//!                                   container's mount namespace only
//! STORE/containers/ID/token         tells this container from another of its name
//! STORE/containers/ID/entry         where the runtime has the container's data
//! ```
//!
//! Each layer is linked once: where it comes last, if the image has it twice.
//! The links say which layers are in use; and they are short, whatever the
//! store is called. Names that are relative to this directory are all that
//! overlayfs is told.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use nix::sys::statfs::{OVERLAYFS_SUPER_MAGIC, statfs};

use crate::copy;
use crate::digest::Digest;
use crate::store::{Store, remove_tree};
use crate::walk;

/// The most layers: overlayfs takes 500 lower directories, and one of them is
/// the init layer.
pub const MOST_LAYERS: usize = 499;

/// Directories of one container.
#[derive(Clone, Debug)]
pub struct Room {
    store: Store,
    dir: PathBuf,
    token: String,
}

impl Room {
    /// Those of the container `id`, which are there or not. `token` is one that
    /// no other container has had.
    pub fn of(store: &Store, id: &str, token: &str) -> Room {
        Room {
            store: store.clone(),
            dir: store.container(id),
            token: token.into(),
        }
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub fn init(&self) -> PathBuf {
        self.dir.join("init")
    }

    pub fn upper(&self) -> PathBuf {
        self.dir.join("upper")
    }

    pub fn merged(&self) -> PathBuf {
        self.dir.join("merged")
    }

    /// The lower directories' names in [`Room::dir`], the lowest first: the
    /// layers, and the init layer.
    pub fn lower(&self) -> Result<Vec<String>> {
        let links = self.dir.join("l");
        let count = walk::names(&links)?.len();
        let links = (0..count).map(|number| format!("l/{number}"));
        Ok(links.chain(["init".into()]).collect())
    }

    /// The layers themselves, the lowest first.
    pub fn layers(&self) -> Result<Vec<PathBuf>> {
        let mut layers = Vec::new();
        for name in self.lower()?.iter().filter(|name| *name != "init") {
            let link = self.dir.join(name);
            let layer = fs::canonicalize(&link);
            layers.push(layer.with_context(|| format!("look at {}", link.display()))?);
        }
        Ok(layers)
    }

    /// Makes them, for the container whose data is in `entry`: all, or none.
    /// `fill` writes the init layer, and is given its directory. A container that
    /// is started again has them already.
    pub fn make(
        &self,
        entry: &Path,
        layers: &[Digest],
        fill: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<()> {
        if self.is_ours()? {
            return Ok(());
        }
        ensure!(
            layers.len() <= MOST_LAYERS,
            "the image has {} layers; overlayfs takes {MOST_LAYERS}",
            layers.len()
        );
        let on = statfs(self.store.root()).context("look at the store's file system")?;
        ensure!(
            on.filesystem_type() != OVERLAYFS_SUPER_MAGIC,
            "the store {} lies on an overlay, which can't hold another's writable layer; \
             choose a place with --store or CONTAINER_STORE",
            self.store.root().display()
        );
        let making = self.store.make()?;
        let room = making.path().join("room");
        for name in ["l", "init", "upper", "work", "merged"] {
            let path = room.join(name);
            fs::create_dir_all(&path).with_context(|| format!("make {}", path.display()))?;
        }
        for (number, layer) in each_once(layers).into_iter().enumerate() {
            ensure!(
                self.store.has_layer(layer),
                "layer {layer} is not in the store"
            );
            let target = format!("../../../layers/sha256/{}", layer.hex());
            symlink(target, room.join(format!("l/{number}"))).context("link a layer")?;
        }
        // The root directory inside is the topmost's: it must look like the image's.
        if let Some(top) = layers.last() {
            for name in ["init", "upper"] {
                copy::attributes(&self.store.layer(top), &room.join(name))?;
            }
        }
        fill(&room.join("init")).context("write the init layer")?;
        symlink(entry, room.join("entry")).context("link the container's data")?;
        fs::write(room.join("token"), &self.token).context("write the token")?;
        match fs::rename(&room, &self.dir) {
            Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => bail!(
                "the store has files of another container of this name: {}",
                self.dir.display()
            ),
            renamed => renamed.with_context(|| format!("make {}", self.dir.display())),
        }
    }

    /// Whether they are there, and of this container.
    pub fn is_ours(&self) -> Result<bool> {
        match fs::read_to_string(self.dir.join("token")) {
            Ok(token) => Ok(token == self.token),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error).context("read the container's token"),
        }
    }

    /// Removes them, if they are there and of this container.
    pub fn remove(&self) -> Result<()> {
        if !self.is_ours()? {
            return Ok(());
        }
        // In one step: half a room would have no token, and be nobody's.
        let making = self.store.make()?;
        let aside = making.path().join("room");
        fs::rename(&self.dir, &aside).with_context(|| format!("move {}", self.dir.display()))?;
        remove_tree(&aside)
    }
}

/// The layers without those that come again further up. An image may have one
/// twice, often the empty one; overlayfs refuses that, and the upper of the two
/// hides all that the lower has.
fn each_once(layers: &[Digest]) -> Vec<&Digest> {
    let mut above = layers;
    let mut once = Vec::new();
    while let Some((layer, rest)) = above.split_first() {
        if !rest.contains(layer) {
            once.push(layer);
        }
        above = rest;
    }
    once
}

/// Removes the directories of containers that no runtime knows any more: its
/// data was deleted, or was in memory when the machine was started anew.
/// Returns their names; none while somebody makes something.
pub fn sweep(store: &Store) -> Result<Vec<String>> {
    store.sweep()?;
    let mut removed = Vec::new();
    let Some(_alone) = store.alone()? else {
        return Ok(removed);
    };
    for dir in store.containers()? {
        // A link to nothing isn't followed, and is there.
        let known = fs::symlink_metadata(dir.join("entry")).is_err() || dir.join("entry").exists();
        if !known {
            let aside = store.root().join("tmp").join("room");
            fs::rename(&dir, &aside).with_context(|| format!("move {}", dir.display()))?;
            remove_tree(&aside)?;
            removed.extend(
                dir.file_name()
                    .map(|name| name.to_string_lossy().into_owned()),
            );
        }
    }
    Ok(removed)
}
