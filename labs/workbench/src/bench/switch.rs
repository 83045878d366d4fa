//! Into the new root, and the proof that it is the one just made.
//!
//! Nothing of the command runs before the proof: a program that goes on after
//! a failed `pivot_root` works on the host's files.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use nix::mount::{MntFlags, umount2};
use nix::sys::statfs::{TMPFS_MAGIC, statfs};
use nix::unistd::pivot_root;

use super::machine::{Machine, Steps};
use super::mounts::mounts;

/// The file that tells a workbench's root from any other; it holds the run's
/// nonce.
pub const MARKER: &str = "/.workbench";

/// Device and inode of a root: which one it is.
pub type Identity = (u64, u64);

/// Marks the root that is being made at `root`.
pub fn mark(root: &Path, nonce: &str) -> io::Result<Identity> {
    fs::write(root.join(MARKER.trim_start_matches('/')), nonce)?;
    identity(root)
}

fn identity(path: &Path) -> io::Result<Identity> {
    let metadata = fs::metadata(path)?;
    Ok((metadata.dev(), metadata.ino()))
}

/// pivot_root(2) without a directory for the old root (its section NOTES):
/// both trees are stacked on one mount point, and the old one is on top.
pub fn switch(steps: &Steps, root: &Path) -> Result<(), Machine> {
    steps.step("change to the root", || std::env::set_current_dir(root))?;
    steps.step("pivot_root", || pivot_root(".", "."))?;
    steps.step("detach the host's root", || {
        umount2(".", MntFlags::MNT_DETACH)
    })?;
    steps.step("change to /", || std::env::set_current_dir("/"))
}

/// Whether `/` is the root made by this run, and nothing but it and what was
/// mounted on it is left of the host.
pub fn verify(nonce: &str, expected: Identity) -> io::Result<()> {
    let wrong = |what: &str| {
        Err(io::Error::other(format!(
            "this is not the root just made: {what}"
        )))
    };
    if fs::read_to_string(MARKER)? != nonce {
        return wrong("its marker differs");
    }
    if identity(Path::new("/"))? != expected {
        return wrong("its device and inode differ");
    }
    if statfs("/")?.filesystem_type() != TMPFS_MAGIC {
        return wrong("it is no tmpfs");
    }
    let table = mounts()?;
    let roots = table.iter().filter(|mount| mount.point == Path::new("/"));
    if roots.count() != 1 {
        return wrong("another one is mounted below");
    }
    if table.iter().any(|mount| mount.shared) {
        return wrong("a mount on it passes changes on");
    }
    Ok(())
}

/// Whether `/` carries a workbench's marker on a tmpfs.
pub fn is_marked() -> bool {
    let tmpfs = statfs("/").is_ok_and(|root| root.filesystem_type() == TMPFS_MAGIC);
    tmpfs && Path::new(MARKER).exists()
}
