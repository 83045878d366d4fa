//! Where images and containers' files are: a directory.
//!
//! ```text
//! STORE/images/NAME.json       an image: its name and its configuration
//! STORE/layers/sha256/HEX/     an unpacked layer as overlayfs reads it, named
//!                              by its DiffID; never changed once it is there
//! STORE/containers/ID/         a container's own directories, see `room`
//! STORE/tmp/…                  what is being made or removed
//! STORE/lock                   shared by those who make something
//! ```
//!
//! How something gets in there, and who may take it out: `making`.

mod making;

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use namespaces::runtime::program_name;
use nix::unistd::Uid;

use crate::digest::Digest;
use crate::image::{Image, Name};

pub use making::Making;

/// The variable that names the store when no option does.
pub const VARIABLE: &str = "CONTAINER_STORE";

/// A store that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    root: PathBuf,
}

impl Store {
    /// Opens the store at `dir`; where that isn't given, the one that
    /// [`VARIABLE`] names, or else that of this program: `/var/lib/PROGRAM`, and
    /// `~/.local/share/PROGRAM` for those who aren't root. Makes it where it is
    /// missing.
    pub fn open(dir: Option<&Path>) -> Result<Store> {
        let dir = dir.map_or_else(usual_directory, Path::to_path_buf);
        Store::at(&dir).with_context(|| format!("open the store {}", dir.display()))
    }

    /// As [`Store::open`] without a directory, if there is one.
    pub fn found() -> Result<Option<Store>> {
        match usual_directory().join("images").is_dir() {
            true => Store::open(None).map(Some),
            false => Ok(None),
        }
    }

    fn at(dir: &Path) -> Result<Store> {
        for part in ["images", "layers/sha256", "containers", "tmp"] {
            let path = dir.join(part);
            fs::create_dir_all(&path).with_context(|| format!("make {}", path.display()))?;
        }
        let root = dir.canonicalize()?;
        Ok(Store { root })
    }

    /// The store a container's data names.
    pub(crate) fn known(root: &Path) -> Store {
        Store { root: root.into() }
    }

    /// Absolute, without links.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The image that `text` names: by its name, or by the first digits of its
    /// id, four at least.
    pub fn image(&self, text: &str) -> Result<Image> {
        if let Ok(name) = text.parse::<Name>() {
            if let Some(image) = self.read_image(&self.image_file(&name))? {
                return Ok(image);
            }
        }
        let digits = text.strip_prefix("sha256:").unwrap_or(text);
        let mut found = match digits.len() >= 4 {
            true => self.images()?,
            false => Vec::new(),
        };
        found.retain(|image| image.id.hex().starts_with(digits));
        found.dedup_by(|one, other| one.id == other.id);
        match found.len() {
            1 => Ok(found.remove(0)),
            0 => bail!(
                "there is no image {text} in {}; `image list` shows those there are",
                self.root.display()
            ),
            count => bail!("{count} images have an id that begins with {digits}: give more of it"),
        }
    }

    /// All images, sorted by id and name.
    pub fn images(&self) -> Result<Vec<Image>> {
        let mut images = Vec::new();
        for path in entries(&self.root.join("images"))? {
            images.extend(self.read_image(&path)?);
        }
        images.sort_by(|a, b| (&a.id, &a.name).cmp(&(&b.id, &b.name)));
        Ok(images)
    }

    /// Puts an image under its name, in the place of one that has it. Its
    /// layers are there.
    pub fn save(&self, image: &Image) -> Result<()> {
        let making = self.make()?;
        for layer in image.layers() {
            if !self.has_layer(layer) {
                bail!("image {}: layer {layer} is not in the store", image.name);
            }
        }
        let path = making.path().join("image.json");
        fs::write(&path, serde_json::to_vec_pretty(image)?)
            .with_context(|| format!("write {}", path.display()))?;
        making.sync()?;
        let place = self.image_file(&image.name);
        fs::rename(&path, &place).with_context(|| format!("make {}", place.display()))
    }

    /// Where the image of this name is, or would be.
    pub fn image_file(&self, name: &Name) -> PathBuf {
        self.root.join("images").join(name.file())
    }

    fn read_image(&self, path: &Path) -> Result<Option<Image>> {
        let text = match fs::read(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            text => text.with_context(|| format!("read {}", path.display()))?,
        };
        let image = serde_json::from_slice(&text);
        image.with_context(|| format!("read {}", path.display()))
    }

    /// The directory of a layer, which is there or not.
    pub fn layer(&self, id: &Digest) -> PathBuf {
        self.root.join("layers/sha256").join(id.hex())
    }

    /// All layers that are there.
    pub(crate) fn layers(&self) -> Result<Vec<Digest>> {
        noted(&self.root.join("layers/sha256"))
    }

    pub fn has_layer(&self, id: &Digest) -> bool {
        self.layer(id).is_dir()
    }

    /// Where a container's own directories are, or would be.
    pub(crate) fn container(&self, id: &str) -> PathBuf {
        self.root.join("containers").join(id)
    }

    /// The layers each container stands on.
    pub fn container_layers(&self) -> Result<Vec<Vec<Digest>>> {
        let mut all = Vec::new();
        for container in self.containers()? {
            let mut layers = Vec::new();
            for link in entries(&container.join("l"))? {
                let target = fs::read_link(&link);
                let target = target.with_context(|| format!("read {}", link.display()))?;
                layers.extend(id(&target));
            }
            all.push(layers);
        }
        Ok(all)
    }

    /// The directories of all containers.
    pub fn containers(&self) -> Result<Vec<PathBuf>> {
        entries(&self.root.join("containers"))
    }
}

/// The layers that the names in a directory are; it may be missing.
fn noted(notes: &Path) -> Result<Vec<Digest>> {
    match notes.is_dir() {
        true => Ok(entries(notes)?.iter().filter_map(|path| id(path)).collect()),
        false => Ok(Vec::new()),
    }
}

/// The DiffID that the last part of a path is.
fn id(path: &Path) -> Option<Digest> {
    let hex = path.file_name()?.to_str()?;
    format!("sha256:{hex}").parse().ok()
}

/// Removes a directory with all that is in it. Links are removed and not
/// followed. That it is gone already is no error.
pub fn remove_tree(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => removed.with_context(|| format!("remove {}", path.display())),
    }
}

/// The paths in a directory, sorted.
fn entries(dir: &Path) -> Result<Vec<PathBuf>> {
    let read = || -> std::io::Result<Vec<PathBuf>> {
        fs::read_dir(dir)?
            .map(|entry| Ok(entry?.path()))
            .collect::<std::io::Result<_>>()
    };
    let mut paths = read().with_context(|| format!("read {}", dir.display()))?;
    paths.sort();
    Ok(paths)
}

fn usual_directory() -> PathBuf {
    if let Some(named) = std::env::var_os(VARIABLE) {
        return named.into();
    }
    let base = match std::env::var_os("HOME") {
        Some(home) if !Uid::effective().is_root() => Path::new(&home).join(".local/share"),
        _ => PathBuf::from("/var/lib"),
    };
    base.join(program_name())
}
