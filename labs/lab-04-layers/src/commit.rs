//! A container's writes become an image: one layer more, and one line of
//! history.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, Result};

use crate::copy::{self, Choice};
use crate::digest::{Digest, Digester};
use crate::image::{Config, History, Image, Name};
use crate::init_layer;
use crate::pack::pack;
use crate::room::Room;
use crate::store::{Making, Store};
use crate::whiteout;

/// What a commit is to be called, and what is to be known about it.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    pub message: Option<String>,
    pub author: Option<String>,
    /// What made the layer: the container's command.
    pub created_by: Option<String>,
}

/// What a commit takes of an upper directory.
#[derive(Clone, Copy, Debug)]
pub struct Committed;

/// Every file is taken, of a directory that becomes a layer as it is.
#[derive(Clone, Copy, Debug)]
pub struct Everything;

impl Choice for Everything {
    fn takes(&self, _path: &Path) -> bool {
        true
    }

    fn takes_attribute(&self, _name: &OsStr) -> bool {
        true
    }
}

impl Choice for Committed {
    /// Whether the entry at this path inside the container goes into the layer.
    fn takes(&self, path: &Path) -> bool {
        // ANCHOR: takes
        todo!(
            "Decide whether a path goes into the layer of a commit. (chapter: task-6-what-a-commit-takes)"
        )
        // ANCHOR_END: takes
    }

    /// Whether an attribute of that name does. Of overlayfs's own, which
    /// [`whiteout::is_overlays`] tells, only one means something in a layer.
    fn takes_attribute(&self, name: &OsStr) -> bool {
        // ANCHOR: takes_attribute
        todo!(
            "Decide whether a file's attribute goes into the layer of a commit. (chapter: task-7-notes-of-overlayfs)"
        )
        // ANCHOR_END: takes_attribute
    }
}

/// Makes an image of a container and of the image it was started from.
pub fn commit(
    store: &Store,
    room: &Room,
    image: &Image,
    name: Name,
    notes: Notes,
) -> Result<Image> {
    let making = store.make()?;
    let layer = add_layer(store, &making, &room.upper(), &Committed)?;
    let image = Image::new(name, extended(&image.config, layer, notes))?;
    store.save(&image)?;
    Ok(image)
}

/// Copies an upper directory into the store, where its name is the digest of
/// its archive. It is copied first, and the copy packed: the container may
/// write meanwhile.
pub fn add_layer(
    store: &Store,
    making: &Making,
    upper: &Path,
    choice: &dyn Choice,
) -> Result<Digest> {
    let copied = making.path().join("layer");
    copy::tree(upper, &copied, choice)?;
    let mut digester = Digester::new();
    pack(&copied, &mut digester).context("pack the layer")?;
    let id = digester.finish();
    making.into_layer(&copied, store, &id)?;
    Ok(id)
}

/// The configuration of an image with one layer more.
pub fn extended(config: &Config, layer: Digest, notes: Notes) -> Config {
    // ANCHOR: extended
    let now = humantime::format_rfc3339_nanos(SystemTime::now()).to_string();
    let mut config = config.clone();
    config.created = Some(now.clone());
    config.author = notes.author.clone().or(config.author);
    config.rootfs.diff_ids.push(layer);
    config.history.push(History {
        created: Some(now),
        created_by: notes.created_by,
        author: notes.author,
        comment: notes.message,
        empty_layer: false,
    });
    config
    // ANCHOR_END: extended
}
