//! The container that is, on disk.
//!
//! ```text
//! ROOT/ID/spec.json    written first
//! ROOT/ID/state.json   replaced as a whole (rename) at every change
//! ROOT/ID/lock         held by the creator for as long as it lives, then by
//!                      whoever starts, settles or removes it
//! ```
//!
//! The lock, not a pid, answers *is anybody looking after this container?*: the
//! kernel drops it when its holder ends, also by SIGKILL, and never hands it to
//! a stranger who happens to get the same pid.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};

use crate::spec::{Spec, validate_id};
use crate::sys;

/// Where a container stands in its life (OCI runtime specification,
/// runtime.md, "State").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// The process exists and waits for the runtime.
    Creating,
    /// The command runs.
    Running,
    /// The command has ended, and what was made for its life is undone.
    Stopped,
}

/// What is known of a container once its process exists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    pub id: String,
    pub status: Status,
    /// The container's first process, as the runtime's pid namespace numbers it.
    pub pid: i32,
    /// When it started, in clock ticks since boot (proc_pid_stat(5), field 22).
    /// A pid that was given out again has another.
    pub started: u64,
    /// The exit code, once it has ended.
    pub exit_code: Option<u8>,
    /// What the user should hear about its end, a clause each.
    #[serde(default)]
    pub notes: Vec<String>,
    /// What later labs know of it, each under its own name.
    #[serde(default)]
    pub extensions: BTreeMap<String, serde_json::Value>,
}

impl State {
    /// A descriptor of the container's process, or `None` when it has ended.
    pub fn process(&self) -> Result<Option<OwnedFd>> {
        let pidfd = match sys::pidfd_open(Pid::from_raw(self.pid)) {
            Ok(pidfd) => pidfd,
            Err(Errno::ESRCH) => return Ok(None),
            Err(errno) => return Err(errno).with_context(|| format!("pidfd_open {}", self.pid)),
        };
        // Looked up after the descriptor is held: the pid cannot change hands now.
        Ok((start_time(self.pid) == Some(self.started)).then_some(pidfd))
    }
}

/// When a process started, in clock ticks since boot; `None` when there is no
/// such process.
pub fn start_time(pid: i32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The command's name may contain spaces and parentheses: count from the last.
    let after_name = stat.rsplit_once(')')?.1;
    after_name.split_ascii_whitespace().nth(19)?.parse().ok()
}

/// The directory that holds all containers' data.
#[derive(Clone, Debug)]
pub struct Store {
    root: PathBuf,
}

/// A container's entry, locked: while this lives, nobody else changes it.
#[derive(Debug)]
pub struct Entry {
    dir: PathBuf,
    _lock: Flock<File>,
}

/// Why an entry could not be had.
#[derive(Debug)]
pub enum Taken {
    /// Its creator, or another command, is at work on it.
    Busy,
    /// There is no such container.
    Absent,
}

/// How often a directory is cleared that others make files in.
const TRIES: u32 = 100;

impl Store {
    pub fn new(root: impl Into<PathBuf>) -> Store {
        Store { root: root.into() }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where the entry of a container is.
    pub fn directory(&self, id: &str) -> PathBuf {
        self.root.join(id)
    }

    /// Makes the entry of a new container and writes its spec.
    pub fn create(&self, spec: &Spec) -> Result<Entry> {
        fs::create_dir_all(&self.root)
            .with_context(|| format!("create directory {}", self.root.display()))?;
        let dir = self.root.join(&spec.id);
        match fs::create_dir(&dir) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                bail!("container {} exists already", spec.id)
            }
            made => made.with_context(|| format!("create directory {}", dir.display()))?,
        }
        let file = File::create(dir.join("lock")).context("create the container's lock")?;
        let entry = match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(_lock) => Entry { dir, _lock },
            Err((_, errno)) => bail!("container {}: lock: {}", spec.id, errno.desc()),
        };
        entry.describe(spec)?;
        Ok(entry)
    }

    /// Takes over an entry nobody looks after.
    pub fn take(&self, id: &str) -> Result<std::result::Result<Entry, Taken>> {
        validate_id(id)?;
        let dir = self.root.join(id);
        if !dir.exists() {
            return Ok(Err(Taken::Absent));
        }
        // Created when missing: a creator may have been killed before it could.
        let file = match File::create(dir.join("lock")) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Err(Taken::Absent)),
            file => file.with_context(|| format!("open the lock of container {id}"))?,
        };
        let ours = file.metadata()?.ino();
        Ok(match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(_lock) => match fs::metadata(dir.join("lock")) {
                Ok(found) if found.ino() == ours => Ok(Entry { dir, _lock }),
                // Removed since we opened it, and made anew by another.
                Ok(_) => Err(Taken::Busy),
                Err(_) => Err(Taken::Absent),
            },
            Err((_, Errno::EAGAIN)) => Err(Taken::Busy),
            Err((_, errno)) => bail!("lock container {id}: {}", errno.desc()),
        })
    }

    /// The spec; `None` when the creator was killed before it was written.
    pub fn spec(&self, id: &str) -> Result<Option<Spec>> {
        self.read(id, "spec.json")
    }

    /// The state; `None` when there is no process yet, or no container.
    pub fn state(&self, id: &str) -> Result<Option<State>> {
        self.read(id, "state.json")
    }

    /// The names of all containers, sorted.
    pub fn ids(&self) -> Result<Vec<String>> {
        let entries = match fs::read_dir(&self.root) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.with_context(|| format!("read {}", self.root.display()))?,
        };
        let mut ids = Vec::new();
        for entry in entries {
            let name = entry?.file_name();
            // What isn't named like a container isn't ours to touch.
            if let Some(id) = name.to_str().filter(|id| validate_id(id).is_ok()) {
                ids.push(id.to_string());
            }
        }
        ids.sort();
        Ok(ids)
    }

    /// The name of the container that `word` means, as [`Store::named`] finds it.
    ///
    /// # Errors
    /// There is none, or several begin so.
    pub fn resolve(&self, word: &str) -> Result<String> {
        let named = self.named(word)?;
        named.with_context(|| format!("there is no container {word}"))
    }

    /// The name that `word` stands for: itself where it is a whole name, or the
    /// one that begins so; `None` where none does. Docker takes the beginning of
    /// an id and not of a name; here both are one.
    ///
    /// # Errors
    /// Several begin so, or it is no name.
    pub fn named(&self, word: &str) -> Result<Option<String>> {
        validate_id(word)?;
        let mut ids = self.ids()?;
        if ids.iter().any(|id| id == word) {
            return Ok(Some(word.into()));
        }
        ids.retain(|id| id.starts_with(word));
        if ids.len() > 1 {
            bail!(
                "{word} is the beginning of several names: {}",
                ids.join(", ")
            );
        }
        Ok(ids.pop())
    }

    fn read<T: serde::de::DeserializeOwned>(&self, id: &str, file: &str) -> Result<Option<T>> {
        validate_id(id)?;
        let path = self.root.join(id).join(file);
        let text = match fs::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            text => text.with_context(|| format!("read {}", path.display()))?,
        };
        serde_json::from_slice(&text)
            .map(Some)
            .with_context(|| format!("read {}", path.display()))
    }
}

impl Entry {
    /// Its directory: absolute, without links.
    pub fn directory(&self) -> Result<PathBuf> {
        let found = self.dir.canonicalize();
        found.with_context(|| format!("find {}", self.dir.display()))
    }

    /// Replaces the spec on disk as a whole.
    pub(crate) fn describe(&self, spec: &Spec) -> Result<()> {
        self.write("spec.json", &serde_json::to_vec_pretty(spec)?)
    }

    /// Replaces the state on disk as a whole.
    pub fn save(&self, state: &State) -> Result<()> {
        self.write("state.json", &serde_json::to_vec_pretty(state)?)
    }

    /// Forgets the container. Its lock goes last: whoever finds a half-removed
    /// entry can still take it and go on.
    pub fn remove(self) -> Result<()> {
        for _ in 1..TRIES {
            match self.clear() {
                // Somebody who wanted it has made a file in it meanwhile.
                Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => continue,
                cleared => return self.during_removal(cleared),
            }
        }
        self.during_removal(self.clear())
    }

    fn clear(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.dir)? {
            let path = entry?.path();
            if path.file_name() != Some("lock".as_ref()) {
                ignore_absent(fs::remove_file(path))?;
            }
        }
        ignore_absent(fs::remove_file(self.dir.join("lock")))?;
        fs::remove_dir(&self.dir)
    }

    fn during_removal(&self, cleared: io::Result<()>) -> Result<()> {
        ignore_absent(cleared).with_context(|| format!("remove {}", self.dir.display()))
    }

    fn write(&self, file: &str, text: &[u8]) -> Result<()> {
        let path = self.dir.join(file);
        let new = self.dir.join(format!("{file}.new"));
        fs::write(&new, text)
            .and_then(|()| fs::rename(&new, &path))
            .with_context(|| format!("write {}", path.display()))
    }
}

fn ignore_absent(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
