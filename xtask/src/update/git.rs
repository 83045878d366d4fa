//! git's plumbing, as `update` uses it: questions about commits and trees, and
//! three ways of writing (an object, the index, a ref). Nothing here touches a
//! file of the working tree, and no command here runs a learner's hooks.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
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
#[derive(Debug, Clone)]
pub struct Git {
    root: PathBuf,
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
        }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new("git");
        command
            // No quoting or colour of a learner's own configuration changes what
            // is read here, and nothing stays running in the background.
            .args(["-c", "core.quotePath=false", "-c", "color.ui=false"])
            .args(["-c", "gc.auto=0", "-c", "maintenance.auto=false"])
            .args(args)
            .current_dir(&self.root)
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

    /// Brings objects from a remote.
    ///
    /// # Errors
    /// It can't be reached within three minutes, or has no such branch.
    pub fn fetch(&self, remote: &str, branch: &str) -> Result<()> {
        let args = ["fetch", "--quiet", "--no-tags", remote, branch];
        said(&args, self.ended(&args, NETWORK)?).map(|_| ())
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

    /// The bytes of an object.
    ///
    /// # Errors
    /// It isn't here.
    pub fn blob(&self, blob: &str) -> Result<Vec<u8>> {
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

    /// Writes an object and says its name.
    ///
    /// # Errors
    /// git can't write it.
    pub fn write_blob(&self, bytes: &[u8]) -> Result<String> {
        self.fed(&["hash-object", "-w", "--stdin"], bytes, None)
    }

    /// Runs a command that reads `input`.
    fn fed(&self, args: &[&str], input: &[u8], index: Option<&Path>) -> Result<String> {
        let mut command = self.command(args);
        if let Some(index) = index {
            command.env("GIT_INDEX_FILE", index);
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("start git")?;
        let mut stdin = child.stdin.take().context("write to git")?;
        let input = input.to_owned();
        // In the background: git may write before it has read everything.
        let writer = std::thread::spawn(move || stdin.write_all(&input));
        let output = child.wait_with_output().context("read what git says")?;
        // A git that stops reading says why itself.
        let _ = writer.join();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if !output.status.success() {
            bail!("git {}: {}", args.join(" "), last_line(&said));
        }
        let text = String::from_utf8_lossy(&output.stdout);
        Ok(text.trim_end_matches('\n').to_owned())
    }

    /// Sets entries of the index; `None` removes one. All others stay.
    ///
    /// # Errors
    /// Another git holds the index, or it can't be written.
    pub fn set_index(&self, entries: &BTreeMap<PathBuf, Option<Entry>>) -> Result<()> {
        self.index_info(entries, None)
    }

    fn index_info(
        &self,
        entries: &BTreeMap<PathBuf, Option<Entry>>,
        index: Option<&Path>,
    ) -> Result<()> {
        let mut input = Vec::new();
        // What goes, goes first: a folder may stand where a file stood.
        let mut ordered: Vec<_> = entries.iter().collect();
        ordered.sort_by_key(|(_, entry)| entry.is_some());
        for (path, entry) in ordered {
            let (mode, blob) = match entry {
                Some(entry) => (entry.mode.as_str(), entry.blob.as_str()),
                None => ("0", "0000000000000000000000000000000000000000"),
            };
            input.extend(format!("{mode} {blob}\t{}\0", path.display()).into_bytes());
        }
        self.fed(&["update-index", "-z", "--index-info"], &input, index)?;
        Ok(())
    }

    /// Writes a tree: `base` with some entries set or removed. The index isn't
    /// touched.
    ///
    /// # Errors
    /// git can't write it.
    pub fn write_tree(
        &self,
        base: &str,
        entries: &BTreeMap<PathBuf, Option<Entry>>,
    ) -> Result<String> {
        let index = self.own("lab-index")?;
        let _ = fs::remove_file(&index);
        let write = || {
            self.fed(&["read-tree", base], b"", Some(&index))?;
            self.index_info(entries, Some(&index))?;
            self.fed(&["write-tree"], b"", Some(&index))
        };
        let tree = write();
        let _ = fs::remove_file(&index);
        tree
    }

    /// The tree of the working tree as it is: everything tracked, and what is
    /// new in `labs`.
    ///
    /// # Errors
    /// A file can't be read.
    pub fn snapshot(&self) -> Result<String> {
        let index = self.own("lab-index")?;
        // A copy of the real one knows what is unchanged.
        if fs::copy(self.own("index")?, &index).is_err() {
            let _ = fs::remove_file(&index);
        }
        let write = || {
            self.fed(&["add", "--update", "."], b"", Some(&index))?;
            self.fed(&["add", "--all", "--", "labs"], b"", Some(&index))?;
            self.fed(&["write-tree"], b"", Some(&index))
        };
        let tree = write();
        let _ = fs::remove_file(&index);
        tree
    }

    /// Makes a commit of a tree, without hooks and without a signature.
    ///
    /// # Errors
    /// git can't write it.
    pub fn commit(&self, tree: &str, parents: &[&str], message: &str) -> Result<String> {
        let mut args = Vec::new();
        // Somebody who never told git a name can update all the same.
        if !self.holds(&["var", "GIT_COMMITTER_IDENT"]) {
            args.extend([
                "-c",
                "user.name=workshop",
                "-c",
                "user.email=workshop@localhost",
            ]);
        }
        args.extend(["commit-tree", tree, "-m", message]);
        for parent in parents {
            args.extend(["-p", parent]);
        }
        self.ask(&args)
    }

    /// Moves a ref from where it must be; `""` means that it must be new, and
    /// `None` that it may be anywhere.
    ///
    /// # Errors
    /// It is somewhere else, or another git holds it.
    pub fn move_ref(&self, name: &str, to: &str, from: Option<&str>) -> Result<()> {
        let mut args = vec!["update-ref", "-m", "xtask update", name, to];
        args.extend(from);
        self.ask(&args).map(|_| ())
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
    reason.or_else(|| lines().last()).unwrap_or("it failed")
}
