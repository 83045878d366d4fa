//! How a layer says that something below it is gone.
//!
//! | | as overlayfs reads and writes it | in a layer's archive |
//! |---|---|---|
//! | nothing is here | a character device 0/0 of that name | an empty file `.wh.NAME` |
//! | nothing from below is in this directory | its attribute `trusted.overlay.opaque` is `y` | an empty file `.wh..wh..opq` in it |
//!
//! (The kernel's Documentation/filesystems/overlayfs.rst, and the OCI image
//! specification, layer.md.) In a user namespace the attribute's name begins
//! with `user.overlay.`, and the mount says so.

use std::fs::{self, Metadata};
use std::io::ErrorKind;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;
use std::sync::OnceLock;

use anyhow::Result;
use namespaces::Failure;
use namespaces::failure::During;
use nix::sys::stat::{Mode, SFlag, mknod};

/// What an entry of a layer says about what is below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    /// Nothing: the layer has no such entry.
    Nothing,
    /// Nothing is here, whatever is below.
    Gone,
    /// A directory of which nothing from below is to be seen.
    Opaque,
    /// A directory to which what is below belongs.
    Merged,
    /// Anything else: it covers what is below.
    Covers,
}

/// Reads what a layer says at `path`. Links are not followed.
///
/// [`look`] tells what kind of entry it is, [`attribute`] reads an attribute,
/// and [`opaque_attribute`] is the name of the one that matters.
pub fn read(path: &Path) -> Result<Says, Failure> {
    // ANCHOR: whiteout
    let Some(found) = look(path)? else {
        return Ok(Says::Nothing);
    };
    let kind = found.file_type();
    if kind.is_char_device() && found.rdev() == 0 {
        return Ok(Says::Gone);
    }
    if !kind.is_dir() {
        return Ok(Says::Covers);
    }
    match attribute(path, opaque_attribute())?.as_deref() {
        Some(b"y") => Ok(Says::Opaque),
        _ => Ok(Says::Merged),
    }
    // ANCHOR_END: whiteout
}

/// What is at `path`, itself and not what it links to; `None` when nothing is.
pub fn look(path: &Path) -> Result<Option<Metadata>, Failure> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        found => found.map(Some).during("look at", path.display()),
    }
}

/// The value of an attribute of a file; `None` when it hasn't got that.
pub fn attribute(path: &Path, name: &str) -> Result<Option<Vec<u8>>, Failure> {
    xattr::get(path, name).during("read the attributes of", path.display())
}

/// The attribute that makes a directory opaque.
pub fn opaque_attribute() -> &'static str {
    match prefix() {
        "user" => "user.overlay.opaque",
        _ => "trusted.overlay.opaque",
    }
}

/// The class of attributes that overlayfs uses here: `trusted`, or `user` in a
/// user namespace.
pub fn prefix() -> &'static str {
    static PREFIX: OnceLock<&str> = OnceLock::new();
    PREFIX.get_or_init(|| {
        // The first user namespace maps everybody to themselves
        // (user_namespaces(7)).
        let map = fs::read_to_string("/proc/self/uid_map").unwrap_or_default();
        let fields: Vec<&str> = map.split_whitespace().collect();
        match fields.as_slice() {
            ["0", "0", "4294967295"] => "trusted",
            _ => "user",
        }
    })
}

/// Whether an attribute is one of overlayfs's own, of either class.
pub fn is_overlays(name: &[u8]) -> bool {
    name.starts_with(b"trusted.overlay.") || name.starts_with(b"user.overlay.")
}

/// Makes the entry that says: nothing is here.
pub fn make_gone(path: &Path) -> Result<(), Failure> {
    mknod(path, SFlag::S_IFCHR, Mode::empty(), 0).during("make a whiteout at", path.display())
}

/// Lets nothing from below be in this directory.
pub fn make_opaque(path: &Path) -> Result<(), Failure> {
    xattr::set(path, opaque_attribute(), b"y").during("make opaque", path.display())
}
