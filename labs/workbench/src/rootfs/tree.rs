//! The root file system while it is filled.
//!
//! A file of the host's keeps its path, and the symbolic links on the way to it
//! are made again as they are: `/bin` that is `usr/bin`, `libx.so.1` that is
//! `libx.so.1.4`. So a lookup inside goes the way it goes outside. Every path is
//! walked component by component in here, never by the kernel: a link could
//! lead out.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail};

/// Symbolic links on one way; the kernel allows as many: path_resolution(7).
const LINKS: usize = 40;

/// Where the programs of a root file system are looked for.
pub const PROGRAMS: [&str; 4] = ["bin", "usr/bin", "sbin", "usr/sbin"];

/// What is at a path of the host's or of the tree.
enum There {
    Nothing,
    Directory,
    Link(PathBuf),
    Other,
}

/// How a path is walked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// To a file of the host's: where there is nothing yet, the host's links are
    /// made again.
    LikeHost,
    /// To a name: a link that has it already is not followed.
    Name,
    /// To a directory, which is made.
    Directory,
}

/// A root file system that is being filled.
pub struct Tree {
    root: PathBuf,
    bytes: u64,
    /// Device and inode of each of the host's files, and where it went: two
    /// names of one file stay that.
    copied: BTreeMap<(u64, u64), PathBuf>,
    /// The host's paths of what was placed.
    placed: BTreeSet<PathBuf>,
    left_out: Vec<(String, String)>,
}

impl Tree {
    /// An empty one in the directory `root`.
    pub fn at(root: &Path) -> Tree {
        Tree {
            root: root.to_owned(),
            bytes: 0,
            copied: BTreeMap::new(),
            placed: BTreeSet::new(),
            left_out: Vec::new(),
        }
    }

    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    pub fn leave_out(&mut self, name: &str, reason: &anyhow::Error) {
        self.left_out.push((name.to_owned(), format!("{reason:#}")));
    }

    pub fn left_out(&self) -> Vec<(String, String)> {
        self.left_out.clone()
    }

    /// The host's paths of all files that keep theirs.
    pub fn placed(&self) -> impl Iterator<Item = &PathBuf> {
        self.placed.iter()
    }

    /// How many names can be called.
    pub fn programs(&self) -> Result<usize> {
        let mut names = BTreeSet::new();
        for folder in PROGRAMS {
            let folder = self.outside(&self.walk(Path::new(folder), Way::Directory)?);
            let entries = fs::read_dir(&folder);
            for entry in entries.with_context(|| format!("read {}", folder.display()))? {
                names.insert(entry.context("read a directory")?.file_name());
            }
        }
        Ok(names.len())
    }

    /// Copies a file of the host's to its path, with the links on the way.
    /// Returns where it is in the tree.
    pub fn place(&mut self, file: &Path) -> Result<PathBuf> {
        regular(file)?;
        let inside = self.walk(file, Way::LikeHost)?;
        self.placed.insert(file.to_owned());
        self.copy(file, inside)
    }

    /// Copies a file of the host's to a path of the tree.
    pub fn place_at(&mut self, file: &Path, path: &str) -> Result<PathBuf> {
        regular(file)?;
        let inside = self.walk(Path::new(path), Way::Name)?;
        self.copy(file, inside)
    }

    /// Set-user-ID bits are dropped: the files are not root's any more.
    fn copy(&mut self, file: &Path, inside: PathBuf) -> Result<PathBuf> {
        let to = self.outside(&inside);
        let named = || format!("copy {} to {}", file.display(), to.display());
        let like = fs::metadata(file).with_context(named)?;
        let identity = (like.dev(), like.ino());
        let first = self.copied.get(&identity).cloned();
        match first {
            Some(first) if first == to => return Ok(inside),
            Some(first) => {
                clear(&to)?;
                fs::hard_link(first, &to).with_context(named)?;
            }
            None => {
                clear(&to)?;
                let bytes = fs::copy(file, &to).with_context(named)?;
                let mode = like.mode() & 0o555 | 0o200;
                fs::set_permissions(&to, fs::Permissions::from_mode(mode)).with_context(named)?;
                self.bytes += bytes;
                self.copied.insert(identity, to);
            }
        }
        Ok(inside)
    }

    /// Makes a directory and those above it.
    pub fn directory(&mut self, path: &str, mode: u32) -> Result<()> {
        let to = self.outside(&self.walk(Path::new(path), Way::Directory)?);
        fs::set_permissions(&to, fs::Permissions::from_mode(mode))
            .with_context(|| format!("set the mode of {}", to.display()))
    }

    /// Writes a file.
    pub fn write(&mut self, path: &str, text: &str) -> Result<()> {
        let to = self.outside(&self.walk(Path::new(path), Way::Name)?);
        clear(&to)?;
        fs::write(&to, text).with_context(|| format!("write {}", to.display()))?;
        fs::set_permissions(&to, fs::Permissions::from_mode(0o644))
            .with_context(|| format!("set the mode of {}", to.display()))?;
        self.bytes += text.len() as u64;
        Ok(())
    }

    /// Makes the name `path` for what is at `target`, both in the tree, unless
    /// the name is taken. The link is relative, so that it leads to the same
    /// file when it is looked at from outside.
    pub fn link(&mut self, path: &Path, target: &Path) -> Result<()> {
        let at = self.walk(path, Way::Name)?;
        let up = at.components().count().saturating_sub(1);
        let shared = at
            .components()
            .zip(target.components())
            .take(up)
            .take_while(|(one, other)| one == other)
            .count();
        let mut relative: PathBuf = (shared..up).map(|_| "..").collect();
        relative.extend(target.components().skip(shared));
        let link = self.outside(&at);
        match symlink(relative, &link) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            done => done.with_context(|| format!("make the link {}", link.display())),
        }
    }

    fn outside(&self, inside: &Path) -> PathBuf {
        self.root.join(inside)
    }

    /// Goes the way to `path`, from the root, and makes the directories that are
    /// missing on it. What is in the tree already decides. Returns the path
    /// without links, relative to the root.
    fn walk(&self, path: &Path, way: Way) -> Result<PathBuf> {
        let mut left: Vec<OsString> = reversed(path);
        let mut inside = PathBuf::new();
        let mut links = 0;
        while let Some(name) = left.pop() {
            if name == OsStr::new("..") {
                inside.pop();
                continue;
            }
            let next = inside.join(&name);
            let at_end = left.is_empty();
            match self.step(&next, way)? {
                There::Link(target) if !at_end || self.followed(&next, &target, way)? => {
                    links += 1;
                    if links > LINKS {
                        bail!("{}: too many symbolic links", path.display());
                    }
                    if target.is_absolute() {
                        inside = PathBuf::new();
                    }
                    left.extend(reversed(&target));
                    continue;
                }
                There::Nothing if !at_end || way == Way::Directory => {
                    make_directory(&self.outside(&next))?;
                }
                There::Other if !at_end || way == Way::Directory => {
                    bail!("{}: /{} is not a directory", path.display(), next.display());
                }
                There::Directory if at_end && way != Way::Directory => {
                    bail!("{}: there is a directory", path.display());
                }
                There::Link(_) | There::Nothing | There::Directory | There::Other => {}
            }
            inside = next;
        }
        Ok(inside)
    }

    /// What is at a path of the tree, once a link of the host's is there too.
    fn step(&self, inside: &Path, way: Way) -> Result<There> {
        let there = look(&self.outside(inside))?;
        let (There::Nothing, Way::LikeHost) = (&there, way) else {
            return Ok(there);
        };
        let There::Link(target) = look(&Path::new("/").join(inside))? else {
            return Ok(there);
        };
        let link = self.outside(inside);
        symlink(&target, &link).with_context(|| format!("make the link {}", link.display()))?;
        Ok(There::Link(target))
    }

    /// Whether a link at the end of a way leads on. A busybox's applet with the
    /// name of the file that comes is replaced.
    fn followed(&self, inside: &Path, target: &Path, way: Way) -> Result<bool> {
        Ok(match way {
            Way::Name => false,
            Way::Directory => true,
            Way::LikeHost => match look(&Path::new("/").join(inside))? {
                There::Link(hosts) => hosts == target,
                _ => false,
            },
        })
    }
}

/// Refuses what can't be copied, a link that leads nowhere among it, before
/// anything is made for it.
fn regular(file: &Path) -> Result<()> {
    let found = fs::metadata(file).with_context(|| format!("look at {}", file.display()))?;
    if !found.is_file() {
        bail!("{}: not a file", file.display());
    }
    Ok(())
}

/// The components of a path, last first, without the root and without `.`.
fn reversed(path: &Path) -> Vec<OsString> {
    let parts = path.components().rev();
    let parts = parts.filter(|part| matches!(part, Component::Normal(_) | Component::ParentDir));
    parts.map(|part| part.as_os_str().to_owned()).collect()
}

fn look(path: &Path) -> Result<There> {
    let named = || format!("look at {}", path.display());
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(There::Nothing),
        Err(error) => Err(error).with_context(named),
        Ok(found) if found.is_dir() => Ok(There::Directory),
        Ok(found) if found.is_symlink() => {
            Ok(There::Link(fs::read_link(path).with_context(named)?))
        }
        Ok(_) => Ok(There::Other),
    }
}

/// A directory with the usual mode, whatever the umask is.
fn make_directory(path: &Path) -> Result<()> {
    let named = || format!("make the directory {}", path.display());
    match fs::create_dir(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(()),
        made => made.with_context(named)?,
    }
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).with_context(named)
}

/// Makes a name free for a file.
fn clear(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("replace {}", path.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
