//! git's three ways of writing: an object, the index, a ref.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::{Entry, Git, last_line};
use crate::files;
use crate::message::say;

/// How long another git may hold the index.
const LOCK: Duration = Duration::from_secs(3);

/// Refs that only `update` writes.
const OURS: &str = "refs/lab/";

impl Git {
    /// Writes an object and says its name.
    ///
    /// # Errors
    /// git can't write it.
    pub fn write_blob(&self, bytes: &[u8]) -> Result<String> {
        if let Some(name) = self.names.borrow().get(bytes) {
            return Ok(name.clone());
        }
        let name = line(&self.fed(&["hash-object", "-w", "--stdin"], bytes, None)?);
        self.remember(&name, bytes);
        Ok(name)
    }

    /// Runs a command that reads `input`.
    pub(super) fn fed(&self, args: &[&str], input: &[u8], index: Option<&Path>) -> Result<Vec<u8>> {
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
        let writer = thread::spawn(move || stdin.write_all(&input));
        let output = child.wait_with_output().context("read what git says")?;
        // A git that stops reading says why itself.
        let _ = writer.join();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if !output.status.success() {
            bail!("git {}: {}", args.join(" "), last_line(&said));
        }
        Ok(output.stdout)
    }

    /// Sets entries of the index; `None` removes one. All others stay.
    ///
    /// # Errors
    /// Another git holds the index, or it can't be written.
    pub fn set_index(&self, entries: &BTreeMap<PathBuf, Option<Entry>>) -> Result<()> {
        self.unlocked()?;
        self.index_info(entries, None)
    }

    /// Waits until no other git holds the index: an editor's takes it for a
    /// moment now and then.
    ///
    /// # Errors
    /// The lock stays: a git that was killed left it, or one is busy.
    pub fn unlocked(&self) -> Result<()> {
        let lock = self.own("index.lock")?;
        let deadline = Instant::now() + LOCK;
        while lock.exists() {
            if Instant::now() >= deadline {
                let lock = lock.strip_prefix(&self.root).unwrap_or(&lock);
                bail!(say!("update-locked", lock = lock.display().to_string()));
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// A place for an index of our own, without what a killed run left there.
    fn own_index(&self) -> Result<PathBuf> {
        let index = self.own("lab-index")?;
        for file in [&index, &self.own("lab-index.lock")?] {
            files::remove(file)?;
        }
        Ok(index)
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
        let index = self.own_index()?;
        let write = || {
            self.fed(&["read-tree", base], b"", Some(&index))?;
            self.index_info(entries, Some(&index))?;
            Ok(line(&self.fed(&["write-tree"], b"", Some(&index))?))
        };
        let tree: Result<String> = write();
        let _ = fs::remove_file(&index);
        tree
    }

    /// The tree of the index. git takes the index's lock for that, to note in it
    /// what it found: it is not ended with us.
    ///
    /// # Errors
    /// The index holds conflicts, or another git has it.
    pub fn index_tree(&self) -> Result<String> {
        Ok(line(&self.fed(&["write-tree"], b"", None)?))
    }

    /// The tree of the working tree as it is: everything tracked, and what is
    /// new in `labs`.
    ///
    /// # Errors
    /// A file can't be read.
    pub fn snapshot(&self) -> Result<String> {
        let index = self.own_index()?;
        // A copy of the real one knows what is unchanged.
        fs::copy(self.own("index")?, &index).context("copy the index")?;
        let write = || {
            self.fed(&["add", "--update", "."], b"", Some(&index))?;
            self.fed(&["add", "--all", "--", "labs"], b"", Some(&index))?;
            Ok(line(&self.fed(&["write-tree"], b"", Some(&index))?))
        };
        let tree: Result<String> = write();
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
    /// `None` that it may be anywhere. One that is there already stays.
    ///
    /// # Errors
    /// It is somewhere else, or another git holds it.
    pub fn move_ref(&self, name: &str, to: &str, from: Option<&str>) -> Result<()> {
        let mut args = vec!["update-ref", "-m", "xtask update", name, to];
        args.extend(from);
        // Not ended with us: a git that is killed leaves its lock.
        let moved = || self.fed(&args, b"", None).map(|_| ());
        let Err(error) = moved() else {
            return Ok(());
        };
        // The git of a run that was killed may have just done it.
        if self
            .maybe(&["rev-parse", "--verify", "--quiet", name])
            .as_deref()
            == Some(to)
        {
            return Ok(());
        }
        let lock = self.own(&format!("{name}.lock"))?;
        if name.starts_with(OURS) && lock.exists() {
            // Nobody else writes there, and nobody holds one for so long.
            files::remove(&lock)?;
            return moved();
        }
        Err(error)
    }
}

/// What git says in one line.
fn line(said: &[u8]) -> String {
    String::from_utf8_lossy(said).trim_end().to_owned()
}
