//! Named volumes, on a shelf beside the images.
//!
//! ```text
//! STORE/volumes/NAME/data/   its files; there from the first use on
//! STORE/volumes/NAME/new/    what is being copied into it
//! STORE/volumes/NAME/lock    held by who does that
//! ```

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use layers::copy::{self, Whole};
use layers::store::remove_tree;
use namespaces::spec::validate_id;
use nix::fcntl::{Flock, FlockArg};

/// All volumes of a store.
#[derive(Clone, Debug)]
pub struct Shelf {
    root: PathBuf,
}

impl Shelf {
    /// The shelf of the store at this directory.
    pub fn of(store: &Path) -> Shelf {
        Shelf {
            root: store.join("volumes"),
        }
    }

    /// Where a volume is, or would be.
    pub fn place(&self, name: &str) -> Result<PathBuf> {
        validate_id(name)?;
        Ok(self.root.join(name))
    }

    /// Makes a volume that has nothing in it yet; false when it is there.
    pub fn create(&self, name: &str) -> Result<bool> {
        let place = self.place(name)?;
        fs::create_dir_all(&self.root).with_context(|| format!("make {}", self.root.display()))?;
        match fs::create_dir(&place) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
            made => {
                made.with_context(|| format!("make {}", place.display()))?;
                Ok(true)
            }
        }
    }

    /// The names of all, sorted.
    pub fn names(&self) -> Result<Vec<String>> {
        let entries = match fs::read_dir(&self.root) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.with_context(|| format!("read {}", self.root.display()))?,
        };
        let mut names = Vec::new();
        for entry in entries {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if validate_id(&name).is_ok() {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    /// Removes a volume with its files. `users` finds the containers that have it:
    /// whoever wants to fill it has said so by then, or waits for the lock.
    pub fn remove(&self, name: &str, users: impl FnOnce() -> Result<Vec<String>>) -> Result<()> {
        let place = self.place(name)?;
        ensure!(place.exists(), "there is no volume {name}");
        let _lock = lock(&place)?;
        let users = users()?;
        if !users.is_empty() {
            bail!(
                "volume {name} belongs to {}; remove that first",
                users.join(", ")
            );
        }
        remove_tree(&place).with_context(|| format!("remove {}", place.display()))
    }
}

/// The files of the volume at `place`.
pub fn data(place: &Path) -> PathBuf {
    place.join("data")
}

fn lock(place: &Path) -> Result<Flock<File>> {
    let path = place.join("lock");
    let file = File::create(&path).with_context(|| format!("open {}", path.display()))?;
    Flock::lock(file, FlockArg::LockExclusive)
        .map_err(|(_, errno)| errno)
        .with_context(|| format!("lock {}", path.display()))
}

/// Before the first use of the volume at `place`: gives it what the image has
/// where it will be mounted, at the path `image`; nothing where the image has
/// nothing, or no directory. It is [`data`] from then on, whole or not at all:
/// two containers may be at it at once, and be killed at any moment.
pub fn fill(place: &Path, image: Option<&Path>) -> Result<()> {
    // ANCHOR: fill
    todo!(
        "Give a new volume what the image has there, whole or not at all. (chapter: task-14-the-first-use)"
    )
    // ANCHOR_END: fill
}
