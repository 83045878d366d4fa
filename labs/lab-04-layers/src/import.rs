//! An image comes into the store: whole, or not at all.
//!
//! ```text
//! archive ─▶ what it describes ─▶ tmp/…/0, tmp/…/1   unpacked, being verified
//!                                     │  all of them are what they were said to be
//!                                     ▼
//!                                 layers/sha256/…     one rename each
//!                                     ▼
//!                                 images/NAME.json    now there is an image
//! ```

use std::fmt;
use std::fs;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use namespaces::failure::During;
use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode;

use crate::blob::{Compression, Expected, Unpacked, Verified};
use crate::budget::Budget;
use crate::bundle::Bundle;
use crate::digest::Digest;
use crate::image::{Config, Image, Name, architecture};
use crate::store::{Making, Store};
use crate::unpack::unpack;
use crate::{docker_archive, layout};

/// Where an archive comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    Stdin,
    /// A file or a directory.
    Path(PathBuf),
}

impl Source {
    /// What `-` or a path stands for.
    pub fn of(path: &Path) -> Source {
        match path == Path::new("-") {
            true => Source::Stdin,
            false => Source::Path(path.to_owned()),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Stdin => f.write_str("standard input"),
            Source::Path(path) => path.display().fmt(f),
        }
    }
}

/// An image as an archive describes it. Its layers haven't been read.
#[derive(Clone, Debug, PartialEq)]
pub struct Described {
    /// As they stand there.
    pub names: Vec<String>,
    /// The digest of the configuration.
    pub id: Digest,
    pub config: Config,
    /// The lowest first, as many as the configuration has DiffIDs.
    pub layers: Vec<LayerFile>,
}

/// A layer in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerFile {
    /// Its name in the archive.
    pub file: String,
    pub compression: Compression,
    /// What the file must be.
    pub blob: Expected,
    /// What must be in it: the digest of the unpacked tar.
    pub diff_id: Digest,
}

/// What came of an import.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    pub images: Vec<Image>,
    /// What the layers have and the store hasn't, a clause each.
    pub left_out: Vec<String>,
}

/// Imports all images of an archive for this machine. `name` is for one of which
/// there is only one; without it they keep their own. Together they may unpack
/// to `most` bytes.
///
/// # Errors
/// The archive isn't what it says, or would leave its place; nothing of it can
/// be seen then.
pub fn import(store: &Store, source: &Source, name: Option<&Name>, most: u64) -> Result<Imported> {
    let making = store.make()?;
    let (bundle, stem) = match source {
        Source::Stdin => (Bundle::from_stdin(making.path(), most)?, None),
        Source::Path(path) => (Bundle::open(path, making.path(), most)?, stem(path)),
    };
    let all = described(&bundle)?;
    let mut images = Vec::new();
    for (described, name) in named(&all, name, stem.as_deref())? {
        runs_here(&described.config)?;
        images.push(Image {
            name,
            id: described.id.clone(),
            config: described.config.clone(),
        });
    }
    let left_out = layers(store, &making, &bundle, &all, most)?;
    for image in &images {
        store.save(image)?;
    }
    Ok(Imported { images, left_out })
}

/// What the archive says that it holds.
fn described(bundle: &Bundle) -> Result<Vec<Described>> {
    if layout::is_layout(bundle) {
        return layout::images(bundle);
    }
    ensure!(
        bundle.has(docker_archive::MANIFEST),
        "it is no image: it has neither \"oci-layout\" and \"index.json\" nor {:?}",
        docker_archive::MANIFEST
    );
    docker_archive::images(bundle)
}

/// Unpacks the layers that the store hasn't got, and puts them into their places
/// when all of them, of all images, are what they were said to be. Says what was
/// left out. All that is unpacked is taken from one [`Budget`], of `most` bytes.
///
/// [`staged`] makes a directory that nobody looks into, and
/// [`Making::into_layer`] gives it its place.
pub fn layers(
    store: &Store,
    making: &Making,
    bundle: &Bundle,
    images: &[Described],
    most: u64,
) -> Result<Vec<String>> {
    // ANCHOR: import_layers
    todo!(
        "Unpack the layers that are missing, verify all of them, and only then give them their names. (chapter: task-11-whole-or-not-at-all)"
    )
    // ANCHOR_END: import_layers
}

/// A directory to unpack a layer in, and the same one open.
fn staged(making: &Making, number: usize) -> Result<(PathBuf, OwnedFd)> {
    let path = making.path().join(format!("layer-{number}"));
    fs::create_dir(&path).with_context(|| format!("make {}", path.display()))?;
    let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
    let directory = open(&path, flags, Mode::empty()).during("open", path.display())?;
    Ok((path, directory))
}

/// Each layer has its DiffID; what is too much or too few has none.
///
/// # Errors
/// They aren't as many.
pub fn layers_match(layers: usize, config: &Config) -> Result<()> {
    let diff_ids = config.rootfs.diff_ids.len();
    ensure!(
        layers == diff_ids,
        "the image has {layers} layers, and its configuration knows {diff_ids}"
    );
    Ok(())
}

fn runs_here(config: &Config) -> Result<()> {
    let (os, machine) = (&config.os, &config.architecture);
    ensure!(
        os == "linux" && machine == architecture(),
        "the image is for {}/{}, and this machine is linux/{}",
        os.escape_debug(),
        machine.escape_debug(),
        architecture()
    );
    Ok(())
}

/// Every image with each of its names: the one that was asked for, or its own.
/// A tag alone belongs to the archive's name: `latest` in `busybox.tar` is
/// `busybox:latest`.
fn named<'a>(
    images: &'a [Described],
    asked: Option<&Name>,
    stem: Option<&str>,
) -> Result<Vec<(&'a Described, Name)>> {
    if let Some(name) = asked {
        ensure!(
            images.len() == 1,
            "the archive holds {} images, and --name is for one: {}",
            images.len(),
            images
                .iter()
                .flat_map(|i| &i.names)
                .map(|n| format!("{n:?}"))
                .collect::<Vec<_>>()
                .join(", ")
        );
        return Ok(vec![(&images[0], name.clone())]);
    }
    let mut all: Vec<(&Described, Name)> = Vec::new();
    for image in images {
        let mut own = image.names.clone();
        if own.is_empty() {
            own.push("latest".into());
        }
        for text in own {
            let is_tag = !text.contains(['/', ':']);
            let whole = match (is_tag, stem) {
                (true, Some(stem)) => format!("{stem}:{text}"),
                (true, None) => bail!("the image has no name; --name gives it one"),
                // Where nothing else is said, an image is Docker Hub's.
                (false, _) => text
                    .trim_start_matches("docker.io/")
                    .trim_start_matches("library/")
                    .to_owned(),
            };
            let name: Name = whole.parse().context("--name gives it another name")?;
            ensure!(
                all.iter().all(|(_, other)| *other != name),
                "the archive holds two images of the name {name}"
            );
            all.push((image, name));
        }
    }
    Ok(all)
}

/// What a path is called without its directories and its ending.
fn stem(path: &Path) -> Option<String> {
    let path = path.canonicalize().ok()?;
    let name = path.file_name()?.to_str()?.to_lowercase();
    let endings = [".gz", ".tgz", ".tar"];
    let stem = endings.iter().fold(name.as_str(), |name, ending| {
        name.strip_suffix(ending).unwrap_or(name)
    });
    Some(stem.to_owned())
}
