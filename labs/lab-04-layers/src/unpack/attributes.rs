//! Owner, mode, time and extended attributes, from a member or from a layer
//! below to what was made.

use std::ffi::OsStr;
use std::fs::File;
use std::os::fd::BorrowedFd;

use anyhow::{Context, Result, ensure};
use nix::fcntl::AtFlags;
use nix::sys::stat::{FchmodatFlags, Mode, UtimensatFlags};
use nix::sys::stat::{fchmod, fchmodat, futimens, utimensat};
use nix::sys::time::TimeSpec;
use nix::unistd::{Gid, Uid, fchown, fchownat};

use super::entry::entry;
use crate::members::{Kind, Member};
use crate::whiteout;

/// What a file has besides its content.
#[derive(Clone, Debug)]
pub struct Attributes {
    mode: Mode,
    uid: Uid,
    gid: Gid,
    mtime: TimeSpec,
    xattrs: Vec<(String, Vec<u8>)>,
}

impl Attributes {
    pub fn of(member: &Member) -> Attributes {
        Attributes {
            mode: Mode::from_bits_truncate(member.mode),
            uid: Uid::from_raw(member.uid),
            gid: Gid::from_raw(member.gid),
            mtime: member.mtime,
            xattrs: member.xattrs.clone(),
        }
    }

    /// Those of a directory of another layer.
    pub fn read(directory: &File) -> Result<Attributes> {
        use std::os::unix::fs::MetadataExt;
        use xattr::FileExt;
        let found = directory.metadata()?;
        let mut xattrs = Vec::new();
        for name in directory.list_xattr()? {
            let value = directory.get_xattr(&name)?;
            match name.into_string() {
                Ok(name) if !whiteout::is_overlays(name.as_bytes()) => {
                    xattrs.push((name, value.unwrap_or_default()));
                }
                _ => {}
            }
        }
        Ok(Attributes {
            mode: Mode::from_bits_truncate(found.mode()),
            uid: Uid::from_raw(found.uid()),
            gid: Gid::from_raw(found.gid()),
            mtime: TimeSpec::new(found.mtime(), found.mtime_nsec()),
            xattrs,
        })
    }

    /// Of a directory that nobody says anything about.
    pub fn unsaid() -> Attributes {
        Attributes {
            mode: Mode::from_bits_truncate(0o755),
            uid: Uid::from_raw(0),
            gid: Gid::from_raw(0),
            mtime: TimeSpec::new(0, 0),
            xattrs: Vec::new(),
        }
    }

    /// In this order: a new owner takes set-id bits and capabilities away, and
    /// everything changes the times.
    pub fn give(&self, file: &File) -> Result<Vec<String>> {
        fchown(file, Some(self.uid), Some(self.gid)).context("chown")?;
        fchmod(file, self.mode).context("chmod")?;
        let left_out = self.give_xattrs(|name, value| {
            use xattr::FileExt;
            file.set_xattr(name, value)
        })?;
        futimens(file, &self.mtime, &self.mtime).context("set the times")?;
        Ok(left_out)
    }

    /// The same for what can't be opened. It has just been made, and nobody else
    /// is at work in this directory.
    pub fn give_by_name(
        &self,
        parent: BorrowedFd,
        name: &OsStr,
        kind: &Kind,
    ) -> Result<Vec<String>> {
        let (uid, gid) = (Some(self.uid), Some(self.gid));
        fchownat(parent, name, uid, gid, AtFlags::AT_SYMLINK_NOFOLLOW).context("chown")?;
        // A link's own mode means nothing, and can't be set.
        if !matches!(kind, Kind::Symlink { .. }) {
            fchmodat(parent, name, self.mode, FchmodatFlags::FollowSymlink).context("chmod")?;
        }
        let path = entry(parent, name);
        let left_out = self.give_xattrs(|name, value| xattr::set(&path, name, value))?;
        let flags = UtimensatFlags::NoFollowSymlink;
        utimensat(parent, name, &self.mtime, &self.mtime, flags).context("set the times")?;
        Ok(left_out)
    }

    fn give_xattrs(&self, set: impl Fn(&str, &[u8]) -> std::io::Result<()>) -> Result<Vec<String>> {
        let mut left_out = Vec::new();
        for (name, value) in &self.xattrs {
            // They would say what the archive must say by names.
            ensure!(
                !whiteout::is_overlays(name.as_bytes()),
                "the attribute {name:?} is overlayfs's own"
            );
            match set(name, value) {
                Err(error) if error.raw_os_error() == Some(libc::EOPNOTSUPP) => {
                    left_out.push(format!("the attribute {name:?} is not supported here"));
                }
                set => set.with_context(|| format!("set the attribute {name:?}"))?,
            }
        }
        Ok(left_out)
    }
}
