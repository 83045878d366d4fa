//! The directory a root file system is made for: what may be there, and how the
//! new one comes into it in one step.
//!
//! It is filled in a *room*, a hidden directory beside it, and renamed. A room
//! is locked by whoever fills it (flock(2)); one that nobody locks was left by a
//! process that was killed, and the next one removes it.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use nix::fcntl::{Flock, FlockArg};

use super::{MARKER, refuse};
use crate::bench::mounts;

/// How the names of rooms end.
const ROOM: &str = ".rootfs-room";

/// Where a root file system will be.
pub struct Place {
    dir: PathBuf,
    parent: PathBuf,
    name: OsString,
}

/// A directory in which one is being made; dropping it removes it.
pub struct Room {
    path: PathBuf,
    /// Held until the end.
    _lock: Flock<File>,
}

impl Place {
    /// Looks at what is there.
    ///
    /// # Errors
    ///
    /// `Refused` for anything but nothing, an empty directory, or, if `replace`,
    /// a root file system of ours that nothing is mounted in.
    pub fn at(dir: &Path, replace: bool) -> Result<Place> {
        let shown = dir.display();
        let (Some(parent), Some(name)) = (dir.parent(), dir.file_name()) else {
            return refuse(format!("{shown}: a root file system can't be made there"));
        };
        let parent = match parent.as_os_str().is_empty() {
            true => Path::new("."),
            false => parent,
        };
        let real = match fs::canonicalize(parent) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return refuse(format!(
                    "{shown}: there is no folder {}: make it first",
                    parent.display()
                ));
            }
            real => real.with_context(|| format!("look at {}", parent.display()))?,
        };
        let place = Place {
            dir: real.join(name),
            name: name.to_owned(),
            parent: real,
        };
        place.may_be_taken(replace)?;
        Ok(place)
    }

    fn may_be_taken(&self, replace: bool) -> Result<()> {
        let shown = self.dir.display();
        let found = match fs::symlink_metadata(&self.dir) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            found => found.with_context(|| format!("look at {shown}"))?,
        };
        if found.is_symlink() {
            return refuse(format!("{shown}: it is a symbolic link; name a directory"));
        }
        if !found.is_dir() {
            return refuse(format!("{shown}: it is not a directory"));
        }
        let mut entries = fs::read_dir(&self.dir).with_context(|| format!("read {shown}"))?;
        if let Some(mount) = mounted_below(&self.dir)? {
            return refuse(format!(
                "{shown}: something is mounted on {}; first: umount {0}",
                mount.display()
            ));
        }
        if entries.next().is_none() {
            return Ok(());
        }
        match (is_marked(&self.dir), replace) {
            (true, true) => Ok(()),
            (true, false) => refuse(format!(
                "{shown}: there is a root file system already; --force replaces it"
            )),
            (false, _) => refuse(format!(
                "{shown}: it isn't empty, and not a root file system that was made here; \
                 name another directory"
            )),
        }
    }

    /// The directory, with an absolute path without links.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Makes a room, and removes those that were left behind.
    pub fn make_room(&self) -> Result<Room> {
        self.sweep();
        let path = self.beside("new");
        Room::at(path)
    }

    /// `.NAME.PID.new.rootfs-room`: hidden, and beside the directory, because
    /// only within a file system can it be renamed.
    fn beside(&self, what: &str) -> PathBuf {
        let mut name = OsString::from(".");
        name.push(&self.name);
        name.push(format!(".{}.{what}{ROOM}", std::process::id()));
        self.parent.join(name)
    }

    /// Removes rooms of this name that nobody locks. What can't be removed is
    /// somebody else's, and no reason to stop.
    fn sweep(&self) {
        let mut begin = OsString::from(".");
        begin.push(&self.name);
        begin.push(".");
        let entries = fs::read_dir(&self.parent).into_iter().flatten().flatten();
        for entry in entries {
            let name = entry.file_name();
            let bytes = name.as_encoded_bytes();
            let named =
                bytes.starts_with(begin.as_encoded_bytes()) && bytes.ends_with(ROOM.as_bytes());
            if named && lock(&entry.path()).is_ok() {
                let _ = remove_tree(&entry.path());
            }
        }
    }
}

impl Room {
    fn at(path: PathBuf) -> Result<Room> {
        let named = || format!("make the directory {}", path.display());
        // Nobody else looks in before it is done.
        let made = fs::DirBuilder::new().mode(0o700).create(&path);
        made.with_context(named)?;
        let lock = lock(&path).with_context(named)?;
        Ok(Room { path, _lock: lock })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Takes the place: of nothing, of an empty directory, or of an older one,
    /// which is set aside first and removed then.
    pub fn move_in(self, place: &Place) -> Result<()> {
        let dir = &place.dir;
        let named = || format!("rename {} to {}", self.path.display(), dir.display());
        fs::set_permissions(&self.path, fs::Permissions::from_mode(0o755)).with_context(named)?;
        match fs::rename(&self.path, dir) {
            Err(error) if error.raw_os_error() == Some(libc::ENOTEMPTY) => {}
            renamed => return renamed.with_context(named),
        }
        // It may have come while this one was made.
        place.may_be_taken(true)?;
        let aside = place.beside("old");
        fs::rename(dir, &aside)
            .with_context(|| format!("rename {} to {}", dir.display(), aside.display()))?;
        if let Err(error) = fs::rename(&self.path, dir) {
            // The old one goes back: there is one as before.
            let _ = fs::rename(&aside, dir);
            return Err(error).with_context(named);
        }
        remove_tree(&aside).with_context(|| format!("remove {}", aside.display()))
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        // It isn't there when it has been moved.
        let _ = remove_tree(&self.path);
    }
}

fn lock(path: &Path) -> io::Result<Flock<File>> {
    let directory = File::open(path)?;
    Flock::lock(directory, FlockArg::LockExclusiveNonblock).map_err(|(_, error)| error.into())
}

/// Whether the marker of a root file system is there.
pub fn is_marked(dir: &Path) -> bool {
    fs::symlink_metadata(dir.join(MARKER)).is_ok_and(|marker| marker.is_file())
}

/// The topmost mount at or below a directory.
fn mounted_below(dir: &Path) -> Result<Option<PathBuf>> {
    let mounts = mounts::mounts().context("read the mount table")?;
    let mut points = mounts.into_iter().map(|mount| mount.point);
    Ok(points.find(|point| point.starts_with(dir) && point != dir))
}

/// Removes a directory with all that is in it, and nothing of another file
/// system that is mounted there meanwhile.
fn remove_tree(path: &Path) -> Result<()> {
    let device = fs::symlink_metadata(path)?.dev();
    if let Some(mount) = mounted_below(path)? {
        bail!("something is mounted on {}", mount.display());
    }
    // A directory without the write permission would keep what is in it.
    open_up(path, device)?;
    Ok(fs::remove_dir_all(path)?)
}

/// Gives the owner all rights on directories, /proc and /sys among them.
fn open_up(path: &Path, device: u64) -> Result<()> {
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            if entry.metadata()?.dev() != device {
                bail!("{} is another file system", entry.path().display());
            }
            open_up(&entry.path(), device)?;
        }
    }
    Ok(())
}
