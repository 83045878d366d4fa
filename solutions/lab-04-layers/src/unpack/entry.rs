//! Entries of a layer: their names, and how they are made where nothing is yet.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use nix::errno::Errno;
use nix::fcntl::{OFlag, openat};
use nix::sys::stat::{Mode, mkdirat};
use nix::unistd::{UnlinkatFlags, unlinkat};

use super::WHITEOUT;
use crate::whiteout::{self, Says};

/// The path in the layer that a member's name means: relative, with nothing in
/// it but names. The root's is empty.
pub fn path(name: &[u8]) -> Result<PathBuf> {
    ensure!(!name.is_empty(), "it has no name");
    ensure!(!name.contains(&0), "its name has a NUL in it");
    let mut path = PathBuf::new();
    for part in Path::new(OsStr::from_bytes(name)).components() {
        match part {
            Component::CurDir => {}
            Component::Normal(part) => path.push(part),
            Component::ParentDir => bail!("its name has a .. in it"),
            Component::RootDir | Component::Prefix(_) => bail!("its name begins with /"),
        }
    }
    let mut directories = parent(&path).components();
    let reserved = directories.any(|part| part.as_os_str().as_bytes().starts_with(WHITEOUT));
    ensure!(!reserved, "a whiteout has nothing in it");
    Ok(path)
}

/// The directory a path is in; the root has itself.
pub fn parent(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new(""))
}

/// Makes what isn't there yet. A whiteout of this very layer gives way: it says
/// that what is below is gone, and something else than a directory covers that
/// anyway.
pub fn exclusively<T>(
    parent: BorrowedFd,
    name: &OsStr,
    make: impl Fn(BorrowedFd) -> Result<T, Errno>,
) -> Result<T> {
    match make(parent) {
        Err(Errno::EEXIST) => {
            let gone = whiteout::read(&entry(parent, name))? == Says::Gone;
            ensure!(gone, "the path is in the layer already");
            unlinkat(parent, name, UnlinkatFlags::NoRemoveDir).context("replace a whiteout")?;
            make(parent).context("make it")
        }
        made => made.context("make it"),
    }
}

/// Makes a directory, and says whether there is one now. In the place of a
/// whiteout of this very layer it begins anew: what is below doesn't belong to it.
pub fn new_directory(parent: BorrowedFd, name: &OsStr) -> Result<bool> {
    match mkdirat(parent, name, Mode::S_IRWXU) {
        Err(Errno::EEXIST) => {}
        made => return made.context("make the directory").map(|()| true),
    }
    let entry = entry(parent, name);
    match whiteout::read(&entry)? {
        Says::Merged | Says::Opaque => Ok(true),
        Says::Gone => {
            unlinkat(parent, name, UnlinkatFlags::NoRemoveDir).context("replace a whiteout")?;
            mkdirat(parent, name, Mode::S_IRWXU).context("make the directory")?;
            whiteout::make_opaque(&entry)?;
            Ok(true)
        }
        Says::Nothing | Says::Covers => Ok(false),
    }
}

/// The same directory open for more than naming what is in it, however it was
/// opened.
pub fn readable(directory: OwnedFd) -> Result<File> {
    let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
    let opened = openat(&directory, ".", flags, Mode::empty());
    opened.map(File::from).context("open a directory again")
}

/// A path that leads to what a descriptor stands for.
pub fn fd_path(directory: BorrowedFd) -> PathBuf {
    format!("/proc/self/fd/{}/.", directory.as_raw_fd()).into()
}

/// A path to an entry of an open directory.
pub fn entry(directory: BorrowedFd, name: &OsStr) -> PathBuf {
    let mut path = OsString::from(format!("/proc/self/fd/{}/", directory.as_raw_fd()));
    path.push(name);
    path.into()
}
