//! A layer copied, with everything that makes a file what it is: content,
//! owner, mode, times, attributes, and which names are one file.
//!
//! What is copied are an upper directory's own entries, whiteouts and opaque
//! directories included; no merge is read.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt, lchown, symlink};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use namespaces::failure::During;
use nix::errno::Errno;
use nix::sys::stat::{
    FchmodatFlags, Mode, SFlag, UtimensatFlags, fchmodat, makedev, mknod, utimensat,
};
use nix::sys::time::TimeSpec;
use nix::unistd::{Whence, lseek};

use crate::walk::Directory;
use crate::whiteout;

/// What of a tree is copied.
pub trait Choice {
    /// Whether the entry at this path, counted from the tree's root `/`, is.
    fn takes(&self, path: &Path) -> bool;
    /// Whether an attribute with this name is.
    fn takes_attribute(&self, name: &OsStr) -> bool;
}

/// Copies the directory `from` to `to`, which is made.
pub fn tree(from: &Path, to: &Path, choice: &dyn Choice) -> Result<()> {
    fs::create_dir(to).with_context(|| format!("make {}", to.display()))?;
    let mut copy = Copy {
        choice,
        links: HashMap::new(),
    };
    copy.inside(&Directory::open(from)?, Path::new("/"), to)?;
    copy.like(from, to)
}

/// Gives `to` the owner, the mode, the times and the attributes of `from`, all
/// but overlayfs's own.
pub fn attributes(from: &Path, to: &Path) -> Result<()> {
    let copy = Copy {
        choice: &Whole,
        links: HashMap::new(),
    };
    copy.like(from, to)
}

/// Everything but what overlayfs keeps for itself.
pub struct Whole;

impl Choice for Whole {
    fn takes(&self, _path: &Path) -> bool {
        true
    }

    fn takes_attribute(&self, name: &OsStr) -> bool {
        !whiteout::is_overlays(name.as_bytes())
    }
}

struct Copy<'a> {
    choice: &'a dyn Choice,
    /// Files with several names: device and inode, and the first copy.
    links: HashMap<(u64, u64), PathBuf>,
}

impl Copy<'_> {
    fn inside(&mut self, from: &Directory, path: &Path, to: &Path) -> Result<()> {
        for name in from.names()? {
            let path = path.join(&name);
            if self.choice.takes(&path) {
                self.entry(&from.entry(&name), &path, &to.join(&name))
                    .with_context(|| format!("copy {}", path.display()))?;
            }
        }
        Ok(())
    }

    fn entry(&mut self, from: &Path, path: &Path, to: &Path) -> Result<()> {
        let found = fs::symlink_metadata(from)?;
        let kind = found.file_type();
        if !kind.is_dir() && found.nlink() > 1 {
            let file = (found.dev(), found.ino());
            if let Some(first) = self.links.get(&file) {
                return Ok(fs::hard_link(first, to)?);
            }
            self.links.insert(file, to.to_path_buf());
        }
        if kind.is_dir() {
            fs::create_dir(to)?;
            self.inside(&Directory::open(from)?, path, to)?;
        } else if kind.is_file() {
            content(from, to)?;
        } else if kind.is_symlink() {
            symlink(fs::read_link(from)?, to)?;
        } else if kind.is_socket() {
            // It is nothing without the process that listens.
            return Ok(());
        } else {
            node(&found, to)?;
        }
        self.like(from, to)
    }

    /// In this order: a new owner takes away the bits of the mode that give
    /// somebody else's rights, and the attribute that does so; and everything
    /// changes the times.
    fn like(&self, from: &Path, to: &Path) -> Result<()> {
        let found = fs::symlink_metadata(from)?;
        lchown(to, Some(found.uid()), Some(found.gid())).during("chown", to.display())?;
        if !found.is_symlink() {
            let mode = Mode::from_bits_truncate(found.mode());
            fchmodat(nix::fcntl::AT_FDCWD, to, mode, FchmodatFlags::FollowSymlink)
                .during("chmod", to.display())?;
        }
        for name in xattr::list(from).context("list the attributes")? {
            if !self.choice.takes_attribute(&name) {
                continue;
            }
            if let Some(value) = xattr::get(from, &name).context("read an attribute")? {
                xattr::set(to, &name, &value)
                    .with_context(|| format!("set the attribute {}", name.to_string_lossy()))?;
            }
        }
        let accessed = TimeSpec::new(found.atime(), found.atime_nsec());
        let modified = TimeSpec::new(found.mtime(), found.mtime_nsec());
        let flags = UtimensatFlags::NoFollowSymlink;
        utimensat(nix::fcntl::AT_FDCWD, to, &accessed, &modified, flags)
            .during("set the times of", to.display())?;
        Ok(())
    }
}

/// Copies what is in a file, and leaves its holes: a container may make a file of
/// a terabyte without a byte in it.
fn content(from: &Path, to: &Path) -> Result<()> {
    let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK;
    let mut from = OpenOptions::new()
        .read(true)
        .custom_flags(flags)
        .open(from)?;
    let mut to = File::create_new(to)?;
    let length = from.metadata()?.len();
    let mut end = 0;
    while let Some(start) = data(&from, end)? {
        end = lseek(&from, start, Whence::SeekHole).during("look for a hole", "")?;
        from.seek(SeekFrom::Start(start as u64))?;
        to.seek(SeekFrom::Start(start as u64))?;
        io::copy(&mut (&from).take((end - start) as u64), &mut to)?;
    }
    Ok(to.set_len(length)?)
}

/// Where data begins, at `offset` or after it; `None` when only a hole follows.
fn data(file: &File, offset: i64) -> Result<Option<i64>> {
    match lseek(file, offset, Whence::SeekData) {
        Err(Errno::ENXIO) => Ok(None),
        found => Ok(Some(found.during("look for data", "")?)),
    }
}

/// A device, a pipe, or a whiteout.
fn node(found: &Metadata, to: &Path) -> Result<()> {
    let kind = SFlag::from_bits_truncate(found.mode()) & SFlag::S_IFMT;
    let device = makedev(
        nix::sys::stat::major(found.rdev()),
        nix::sys::stat::minor(found.rdev()),
    );
    mknod(to, kind, Mode::empty(), device).during("mknod", to.display())?;
    Ok(())
}
