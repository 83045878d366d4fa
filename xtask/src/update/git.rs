//! git's plumbing, as `update` uses it: questions about commits and trees, and
//! three ways of writing (an object, the index, a ref). Nothing here touches a
//! file of the working tree, and no command here runs a learner's hooks.

mod write;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::process::{self, Ended};

/// Time for a command that stays on this machine.
const LOCAL: Duration = Duration::from_secs(60);

/// Time for one that asks another.
const NETWORK: Duration = Duration::from_secs(180);

/// Bytes of one answer that are kept.
const OUTPUT: u64 = 64 << 20;

/// The repository at a root.
#[derive(Debug)]
pub struct Git {
    root: PathBuf,
    /// Objects that were read or written, by name and by bytes: an update may
    /// have many hundreds, and each question is a process.
    known: RefCell<HashMap<String, Vec<u8>>>,
    names: RefCell<HashMap<Vec<u8>, String>>,
}

/// A file of a tree: its mode as git writes it (`100644`) and its object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub mode: String,
    pub blob: String,
}

/// Files by path, relative to the root.
pub type Tree = BTreeMap<PathBuf, Entry>;

impl Git {
    pub fn at(root: &Path) -> Git {
        Git {
            root: root.to_owned(),
            known: RefCell::default(),
            names: RefCell::default(),
        }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new("git");
        command
            // No quoting or colour of a learner's own configuration changes what
            // is read here, and nothing stays running in the background.
            .args(["-c", "core.quotePath=false", "-c", "color.ui=false"])
            .args(["-c", "gc.auto=0", "-c", "maintenance.auto=false"])
            // Another git may hold a ref for a moment, also on a busy machine.
            .args(["-c", "core.filesRefLockTimeout=3000"])
            .args(args)
            .current_dir(&self.root)
            // What only asks takes no lock that it could leave.
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("LC_ALL", "C");
        command
    }

    fn ended(&self, args: &[&str], limit: Duration) -> Result<Ended> {
        process::run(&mut self.command(args), limit, OUTPUT)
    }

    /// What a command says, without the last line's end.
    ///
    /// # Errors
    /// git isn't there, or refuses: its own last words are the reason.
    pub fn ask(&self, args: &[&str]) -> Result<String> {
        said(args, self.ended(args, LOCAL)?)
    }

    /// The same, `None` when git refuses.
    pub fn maybe(&self, args: &[&str]) -> Option<String> {
        self.ask(args).ok()
    }

    /// Whether a command that only asks ends with 0.
    pub fn holds(&self, args: &[&str]) -> bool {
        self.maybe(args).is_some()
    }

    /// How many commits `to` has that `from` hasn't.
    ///
    /// # Errors
    /// One of them isn't here.
    pub fn count(&self, from: &str, to: &str) -> Result<usize> {
        let count = self.ask(&["rev-list", "--count", &format!("{from}..{to}")])?;
        count.parse().context("read how many commits git counts")
    }

    /// Brings objects from a remote.
    ///
    /// # Errors
    /// It can't be reached within three minutes, or has no such branch.
    pub fn fetch(&self, remote: &str, branch: &str) -> Result<()> {
        let args = ["fetch", "--quiet", "--no-tags", "--", remote, branch];
        let ended = self.ended(&args, NETWORK)?;
        match ended.status.success() {
            true => Ok(()),
            false => bail!("{}", last_line(&ended.stderr)),
        }
    }

    /// A path inside the repository's own folder, wherever that is.
    ///
    /// # Errors
    /// This is no repository.
    pub fn own(&self, name: &str) -> Result<PathBuf> {
        Ok(self
            .root
            .join(self.ask(&["rev-parse", "--git-path", name])?))
    }

    /// All files of a commit or a tree. Submodules have none.
    ///
    /// # Errors
    /// There is no such tree.
    pub fn tree(&self, tree: &str) -> Result<Tree> {
        let listed = self.ask(&["ls-tree", "-r", "-z", "--full-tree", tree])?;
        let entry = |line: &str| {
            let (about, path) = line.split_once('\t')?;
            let mut about = about.split(' ');
            let (mode, kind, blob) = (about.next()?, about.next()?, about.next()?);
            let entry = Entry {
                mode: mode.to_owned(),
                blob: blob.to_owned(),
            };
            (kind == "blob").then(|| (PathBuf::from(path), entry))
        };
        Ok(listed.split('\0').filter_map(entry).collect())
    }

    /// Files that were given another name between two trees: old to new.
    ///
    /// # Errors
    /// There is no such tree.
    pub fn renames(&self, from: &str, to: &str) -> Result<BTreeMap<PathBuf, PathBuf>> {
        let args = [
            "diff-tree",
            "-r",
            "-z",
            "-M",
            "--diff-filter=R",
            "--name-status",
            from,
            to,
        ];
        let listed = self.ask(&args)?;
        let mut fields = listed.split('\0').filter(|field| !field.is_empty());
        let mut renames = BTreeMap::new();
        while let (Some(_), Some(old), Some(new)) = (fields.next(), fields.next(), fields.next()) {
            renames.insert(old.into(), new.into());
        }
        Ok(renames)
    }

    /// Reads objects that will be asked for, all at once. What can't be read
    /// says so when it is asked for.
    ///
    /// # Errors
    /// git can't be asked.
    pub fn load<'a>(&self, blobs: impl Iterator<Item = &'a str>) -> Result<()> {
        let blobs: BTreeSet<&str> = {
            let known = self.known.borrow();
            blobs.filter(|blob| !known.contains_key(*blob)).collect()
        };
        let names: String = blobs.iter().map(|blob| format!("{blob}\n")).collect();
        let said = self.fed(&["cat-file", "--batch"], names.as_bytes(), None)?;
        let mut rest = said.as_slice();
        // `NAME blob SIZE`, the bytes, a line's end.
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let head = String::from_utf8_lossy(&rest[..end]).into_owned();
            rest = &rest[end + 1..];
            let mut head = head.split(' ');
            let (name, kind, size) = (head.next(), head.next(), head.next());
            let size = size.and_then(|size| size.parse::<usize>().ok());
            if let (Some(name), Some("blob"), Some(size)) = (name, kind, size) {
                if rest.len() <= size {
                    bail!("git cat-file --batch: its answer ends too soon");
                }
                self.remember(name, &rest[..size]);
                rest = &rest[size + 1..];
            }
        }
        Ok(())
    }

    fn remember(&self, name: &str, bytes: &[u8]) {
        let (name, bytes) = (name.to_owned(), bytes.to_owned());
        self.names.borrow_mut().insert(bytes.clone(), name.clone());
        self.known.borrow_mut().insert(name, bytes);
    }

    /// The bytes of an object.
    ///
    /// # Errors
    /// It isn't here.
    pub fn blob(&self, blob: &str) -> Result<Vec<u8>> {
        if let Some(bytes) = self.known.borrow().get(blob) {
            return Ok(bytes.clone());
        }
        let output = self
            .command(&["cat-file", "blob", blob])
            .stdin(Stdio::null())
            .output()
            .context("start git")?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            bail!("git cat-file blob {blob}: {}", last_line(&said));
        }
        Ok(output.stdout)
    }

    /// Merges three texts by lines. The texts stand in files.
    ///
    /// # Errors
    /// git can't read them, or they are no texts.
    pub fn merge_file(
        &self,
        marker: usize,
        mine: &Path,
        base: &Path,
        new: &Path,
    ) -> Result<String> {
        let marker = format!("--marker-size={marker}");
        let mut command = self.command(&["merge-file", "-p", "-q", &marker]);
        let output = command
            .args([mine, base, new].map(Path::as_os_str) as [&OsStr; 3])
            .stdin(Stdio::null())
            .output()
            .context("start git")?;
        // The status is the number of conflicts, at most 127; above, an error.
        match output.status.code() {
            Some(0..=127) => String::from_utf8(output.stdout).context("read what git merged"),
            _ => bail!(
                "git merge-file: {}",
                last_line(&String::from_utf8_lossy(&output.stderr))
            ),
        }
    }
}

fn said(args: &[&str], ended: Ended) -> Result<String> {
    if ended.status.success() {
        return Ok(ended.stdout.trim_end_matches('\n').to_owned());
    }
    bail!("git {}: {}", args.join(" "), last_line(&ended.stderr))
}

/// The line that says why: git's advice stands around it.
fn last_line(text: &str) -> &str {
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let reason = lines().find(|line| line.starts_with("fatal:") || line.starts_with("error:"));
    reason
        .or_else(|| lines().next_back())
        .unwrap_or("it failed")
}
