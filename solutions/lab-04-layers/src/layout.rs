//! The OCI image layout: a directory, or a tar of one (image-layout.md).
//!
//! ```text
//! oci-layout        which version of this
//! index.json ─▶ manifest ─▶ configuration ─▶ DiffIDs
//!        │          └─────▶ layers, packed      │  one to one
//!        └▶ index (another machine's too)       ▼
//! blobs/sha256/HEX                          unpacked layers
//! ```
//!
//! Every arrow is a digest, so the whole way is as trustworthy as its beginning.
//! What may be wrong is the beginning, and what a document says of the next one.

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use crate::blob::{Compression, Expected};
use crate::bundle::{Bundle, blob_name};
use crate::image::{Config, Descriptor, Index, Manifest, Platform, architecture};
use crate::import::{Described, LayerFile, layers_match};

/// The annotation under which a layout keeps an image's name, and the one under
/// which containerd and Docker keep all of it.
const NAMES: [&str; 2] = [
    "io.containerd.image.name",
    "org.opencontainers.image.ref.name",
];

/// Indexes on the way to one manifest. Two are the most one meets.
const INDEXES: usize = 8;

/// The file `oci-layout`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Marker {
    image_layout_version: String,
}

/// Whether the archive is a layout.
pub fn is_layout(bundle: &Bundle) -> bool {
    bundle.has("oci-layout") && bundle.has("index.json")
}

/// All images of a layout that are for this machine.
///
/// # Errors
/// A document is missing, isn't what its digest says, or has another form.
pub fn images(bundle: &Bundle) -> Result<Vec<Described>> {
    let marker: Marker =
        serde_json::from_slice(&bundle.document("oci-layout")?).context("read \"oci-layout\"")?;
    let version = marker.image_layout_version;
    ensure!(
        version.starts_with("1."),
        "the layout has version {version:?}; we read 1.0.0"
    );
    let index: Index =
        serde_json::from_slice(&bundle.document("index.json")?).context("read \"index.json\"")?;
    let ours = |descriptor: &&Descriptor| fits(descriptor.platform.as_ref());
    let starts: Vec<&Descriptor> = index.manifests.iter().filter(ours).collect();
    ensure!(
        !starts.is_empty(),
        "\"index.json\": no image for this machine, linux/{}{}",
        architecture(),
        others(&index)
    );
    starts
        .into_iter()
        .map(|start| {
            let image = image(bundle, start)?;
            let name = NAMES.iter().find_map(|name| start.annotations.get(*name));
            Ok(Described {
                names: name.into_iter().cloned().collect(),
                ..image
            })
        })
        .collect()
}

/// Goes the way from a descriptor of an index to an image's layers.
///
/// [`Bundle::json`] reads the document that a descriptor names, and verifies it.
/// [`fits`] tells whether a platform is this machine's, [`is_index`] what kind of
/// document a descriptor names, and [`layer`] what is to be read for a layer.
pub fn image(bundle: &Bundle, start: &Descriptor) -> Result<Described> {
    // ANCHOR: way
    let mut here = start.clone();
    let mut indexes = 0;
    while is_index(&here)? {
        indexes += 1;
        ensure!(indexes <= INDEXES, "more than {INDEXES} indexes on one way");
        let index: Index = bundle.json(&here)?;
        let ours = |descriptor: &&Descriptor| fits(descriptor.platform.as_ref());
        let next = index.manifests.iter().find(ours).cloned();
        here = next.with_context(|| {
            let digest = &here.digest;
            format!(
                "index {digest}: no image for this machine{}",
                others(&index)
            )
        })?;
    }
    let manifest: Manifest = bundle.json(&here)?;
    let config: Config = bundle.json(&manifest.config)?;
    layers_match(manifest.layers.len(), &config)?;
    let pairs = manifest.layers.iter().zip(&config.rootfs.diff_ids);
    let layers = pairs
        .map(|(blob, diff_id)| layer(blob, diff_id.clone()))
        .collect::<Result<_>>()?;
    Ok(Described {
        names: Vec::new(),
        id: manifest.config.digest,
        config,
        layers,
    })
    // ANCHOR_END: way
}

/// Whether what the descriptor names is an index, and not a manifest.
///
/// # Errors
/// It is neither.
pub fn is_index(descriptor: &Descriptor) -> Result<bool> {
    match descriptor.media_type.as_str() {
        "application/vnd.oci.image.index.v1+json"
        | "application/vnd.docker.distribution.manifest.list.v2+json" => Ok(true),
        "application/vnd.oci.image.manifest.v1+json"
        | "application/vnd.docker.distribution.manifest.v2+json" => Ok(false),
        other => bail!(
            "blob {}: its media type {other:?} is neither an image's manifest nor an index",
            descriptor.digest
        ),
    }
}

/// Whether an image for this platform runs on this machine. One that says
/// nothing may.
pub fn fits(platform: Option<&Platform>) -> bool {
    platform
        .is_none_or(|platform| platform.os == "linux" && platform.architecture == architecture())
}

/// A layer's blob, and what it must be when it is unpacked.
///
/// # Errors
/// We can't unpack it.
pub fn layer(blob: &Descriptor, diff_id: crate::Digest) -> Result<LayerFile> {
    let compression = match blob.media_type.as_str() {
        "application/vnd.oci.image.layer.v1.tar"
        | "application/vnd.docker.image.rootfs.diff.tar" => Compression::None,
        "application/vnd.oci.image.layer.v1.tar+gzip"
        | "application/vnd.docker.image.rootfs.diff.tar.gzip" => Compression::Gzip,
        other => bail!(
            "layer {}: its media type {other:?} is none we unpack: tar, plain or with gzip",
            blob.digest
        ),
    };
    Ok(LayerFile {
        file: blob_name(blob),
        compression,
        blob: Expected::of(blob),
        diff_id,
    })
}

/// What there is instead, for a message.
fn others(index: &Index) -> String {
    let platforms = index.manifests.iter().filter_map(|d| d.platform.as_ref());
    let names: Vec<String> = platforms
        .map(|platform| format!("{}/{}", platform.os, platform.architecture))
        .collect();
    match names.is_empty() {
        true => String::new(),
        false => format!("; there is {}", names.join(", ").escape_debug()),
    }
}
