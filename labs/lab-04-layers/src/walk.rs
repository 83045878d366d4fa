//! A tree of files that somebody else may be changing meanwhile.
//!
//! The upper directory belongs to a container, which may run. A directory that
//! was looked at may be a link a moment later, and lead to the host's files. So
//! each one is opened from the one above it, not following links, and its
//! entries are named through the descriptor.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};

use namespaces::Failure;
use namespaces::failure::During;
use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode;

/// An open directory.
#[derive(Debug)]
pub struct Directory(OwnedFd);

impl Directory {
    /// Opens the directory at `path`; a link there is refused.
    pub fn open(path: &Path) -> Result<Directory, Failure> {
        let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
        let opened = open(path, flags, Mode::empty());
        opened.map(Directory).during("open", path.display())
    }

    /// A path to one of its entries, valid as long as this is open.
    pub fn entry(&self, name: &OsStr) -> PathBuf {
        self.path().join(name)
    }

    /// Its entries' names, sorted.
    pub fn names(&self) -> Result<Vec<OsString>, Failure> {
        names(&self.path())
    }

    fn path(&self) -> PathBuf {
        format!("/proc/self/fd/{}", self.0.as_raw_fd()).into()
    }
}

/// The names in a directory, sorted.
pub fn names(directory: &Path) -> Result<Vec<OsString>, Failure> {
    let read = || -> std::io::Result<Vec<OsString>> {
        fs::read_dir(directory)?
            .map(|entry| Ok(entry?.file_name()))
            .collect()
    };
    let mut names = read().during("read the directory", directory.display())?;
    names.sort();
    Ok(names)
}
