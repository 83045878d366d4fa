//! What `docker save` writes, and `docker load` reads.
//!
//! ```text
//! manifest.json   [{"Config": "HEX.json", "RepoTags": ["busybox:latest"],
//!                   "Layers": ["ID/layer.tar", …]}]
//! HEX.json        the configuration, with the DiffIDs
//! ID/layer.tar    a layer, mostly plain; or a link to another one's
//! ```
//!
//! No file has a digest beside it. The configuration is named by its own, and
//! the layers are told by their DiffIDs, which are in the configuration. Since
//! Docker 25 the same archive is an OCI layout too, and is read as that.

use std::io::BufReader;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use crate::blob::{Expected, sniff};
use crate::bundle::Bundle;
use crate::digest::Digest;
use crate::image::Config;
use crate::import::{Described, LayerFile, layers_match};

/// The file that tells what is in the archive.
pub const MANIFEST: &str = "manifest.json";

/// One image of the archive.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Entry {
    pub config: String,
    pub repo_tags: Option<Vec<String>>,
    /// The lowest first.
    pub layers: Vec<String>,
}

/// All images of the archive.
///
/// # Errors
/// A file is missing, isn't what its name says, or has another form.
pub fn images(bundle: &Bundle) -> Result<Vec<Described>> {
    let manifest = bundle.document(MANIFEST)?;
    let entries: Vec<Entry> =
        serde_json::from_slice(&manifest).with_context(|| format!("read {MANIFEST:?}"))?;
    ensure!(!entries.is_empty(), "{MANIFEST:?} lists no image");
    entries.iter().map(|entry| image(bundle, entry)).collect()
}

/// Goes the way from an entry to an image's layers.
///
/// [`Bundle::document`] reads a small file, [`named_so`] compares one with its
/// name, and [`layer`] is what is to be read for a layer.
pub fn image(bundle: &Bundle, entry: &Entry) -> Result<Described> {
    // ANCHOR: docker_archive
    todo!(
        "Go from an entry of manifest.json to an image's configuration and layers. (chapter: task-12-what-docker-save-writes)"
    )
    // ANCHOR_END: docker_archive
}

/// A name of 64 hexadecimal digits is a promise: the file's own digest.
///
/// # Errors
/// The promise isn't kept.
pub fn named_so(file: &str, digest: &Digest) -> Result<()> {
    let stem = Path::new(file).file_stem().and_then(|stem| stem.to_str());
    let promised = stem.and_then(|stem| format!("sha256:{stem}").parse::<Digest>().ok());
    ensure!(
        promised.is_none_or(|promised| promised == *digest),
        "{file:?}: its digest is {digest}, and its name says another one"
    );
    Ok(())
}

/// A layer's file, and what it must be when it is unpacked. How it is packed is
/// written nowhere.
///
/// # Errors
/// It isn't there, or can't be read.
pub fn layer(bundle: &Bundle, file: &str, diff_id: Digest) -> Result<LayerFile> {
    let section = bundle
        .read(file)
        .with_context(|| format!("layer {diff_id}"))?;
    let size = section.left();
    let compression = sniff(&mut BufReader::new(section));
    Ok(LayerFile {
        file: file.to_owned(),
        compression: compression.with_context(|| format!("read {file:?}"))?,
        blob: Expected {
            digest: None,
            size: size..=size,
        },
        diff_id,
    })
}
