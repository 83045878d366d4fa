//! Carrying a plan out, so that it can be finished after any interruption and
//! taken back afterwards.
//!
//! Everything that will be written is an object of git's before the first file
//! changes, and a *journal* says which file gets which. Then the files are
//! replaced, the index follows, the branch moves. Whatever stops this in
//! between, the next command reads the journal and goes through the same steps;
//! each of them is harmless when it is done already.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use serde::{Deserialize, Serialize};

use super::disk;
use super::git::{Entry, Git};
use super::place::{Place, UPSTREAM};
use super::plan::{Content, Plan};
use crate::files;
use crate::message::say;
use crate::store::Store;

/// The ref of everything as it was before the last update: a commit of the
/// working tree, whose second parent is one of the index, as a stash is.
pub const BEFORE: &str = "refs/lab/before";

/// The ref of the working tree after it.
pub const AFTER: &str = "refs/lab/after";

/// An update on its way, or the last one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Journal {
    pub branch: String,
    /// The branch's commit before and after.
    pub from: String,
    pub to: String,
    /// Upstream's commit, and its last one before.
    pub upstream: String,
    pub base: String,
    /// Commits of the working tree before and after.
    pub before: String,
    pub after: String,
    /// Whether it takes the last update back.
    #[serde(default)]
    undo: bool,
    files: Vec<Written>,
    index: Vec<(PathBuf, Option<Object>)>,
}

/// One file's step, as objects.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Written {
    path: PathBuf,
    before: Option<Object>,
    after: Option<Object>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Object {
    mode: String,
    blob: String,
}

impl From<&Object> for Entry {
    fn from(object: &Object) -> Entry {
        Entry {
            mode: object.mode.clone(),
            blob: object.blob.clone(),
        }
    }
}

fn file(root: &Path, name: &str) -> PathBuf {
    root.join(".lab/update").join(name)
}

/// What is to be written besides the files.
pub struct Target<'a> {
    pub place: &'a Place,
    /// The commit the branch moves to.
    pub to: &'a str,
    pub upstream: &'a str,
    /// Upstream's commit that was brought in before.
    pub base: &'a str,
    /// Whether the last update is taken back.
    pub undo: bool,
}

/// Writes the journal of a plan. From here on the update happens.
///
/// # Errors
/// git can't write objects; the journal can't be written. Nothing has changed.
pub fn begin(git: &Git, root: &Path, plan: &Plan, target: &Target<'_>) -> Result<Journal> {
    let object = |content: &Option<Content>| -> Result<Option<Object>> {
        let Some(content) = content else {
            return Ok(None);
        };
        Ok(Some(Object {
            mode: content.mode.clone(),
            blob: git.write_blob(&content.bytes)?,
        }))
    };
    let mut written = Vec::new();
    for step in &plan.steps {
        written.push(Written {
            path: step.path.clone(),
            before: object(&step.before)?,
            after: object(&step.after)?,
        });
    }
    let head = &target.place.head;
    let index = git.commit(&git.index_tree()?, &[head], "index before an update")?;
    let entries = |side: fn(&Written) -> &Option<Object>| -> BTreeMap<PathBuf, Option<Entry>> {
        written
            .iter()
            .map(|one| (one.path.clone(), side(one).as_ref().map(Entry::from)))
            .collect()
    };
    let before = git.write_tree(&git.snapshot()?, &entries(|one| &one.before))?;
    let after = git.write_tree(&before, &entries(|one| &one.after))?;
    let before = git.commit(&before, &[head, &index], "before an update of the workshop")?;
    let after = git.commit(&after, &[target.to], "after an update of the workshop")?;
    let (old, new) = (git.tree(head)?, git.tree(target.to)?);
    let paths: BTreeSet<&PathBuf> = old.keys().chain(new.keys()).collect();
    let changed = paths
        .into_iter()
        .filter(|path| old.get(*path) != new.get(*path));
    let entry = |entry: &Entry| Object {
        mode: entry.mode.clone(),
        blob: entry.blob.clone(),
    };
    let journal = Journal {
        branch: target.place.branch.clone(),
        from: head.clone(),
        to: target.to.to_owned(),
        upstream: target.upstream.to_owned(),
        base: target.base.to_owned(),
        before,
        after,
        undo: target.undo,
        files: written,
        index: changed
            .map(|path| (path.clone(), new.get(path).map(entry)))
            .collect(),
    };
    git.move_ref(BEFORE, &journal.before, None)?;
    git.move_ref(AFTER, &journal.after, None)?;
    let text = serde_json::to_string_pretty(&journal).context("write the journal as JSON")?;
    files::write(&file(root, "journal.json"), text.as_bytes())?;
    Ok(journal)
}

/// Whether a journal can still be carried out: its branch is the one that is
/// checked out, and nobody has given it another commit.
///
/// # Errors
/// git doesn't answer here.
pub fn fits(git: &Git, journal: &Journal) -> Result<bool> {
    // Else a git that refuses everything would look like a branch that is gone.
    git.ask(&["rev-parse", "--git-dir"])?;
    let head = git.maybe(&["symbolic-ref", "--quiet", "HEAD"]);
    let now = git.maybe(&["rev-parse", "--verify", "--quiet", &journal.branch]);
    let known = now.is_some_and(|now| now == journal.from || now == journal.to);
    Ok(known && head.as_ref() == Some(&journal.branch))
}

/// Puts the journal where no command goes on with it.
///
/// # Errors
/// It can't be renamed.
pub fn set_aside(root: &Path) -> Result<()> {
    let (journal, aside) = (file(root, "journal.json"), file(root, "set-aside.json"));
    fs::rename(&journal, &aside).with_context(|| format!("write {}", aside.display()))
}

/// Carries a journal out, or what is left of it. Returns where files are kept
/// that were edited since the journal was written.
///
/// # Errors
/// A file can't be written, or another git holds the index or the branch. The
/// journal stays, and the next command goes on.
pub fn finish(git: &Git, root: &Path, journal: &Journal) -> Result<Vec<PathBuf>> {
    let goes_on = || say!("update-goes-on");
    let objects = journal.files.iter();
    let objects = objects.flat_map(|one| one.before.iter().chain(&one.after));
    git.load(objects.map(|object| object.blob.as_str()))?;
    let mut kept = Vec::new();
    let mut written: Vec<&Written> = journal.files.iter().collect();
    // What goes, goes first: a folder may stand where a file stood. The runner's
    // own sources come last and together, because it builds from them.
    written.sort_by_key(|one| (one.after.is_some(), one.path.starts_with("xtask")));
    for one in written {
        kept.extend(write(git, root, one).with_context(goes_on)?);
    }
    let index = journal.index.iter();
    let index = index.map(|(path, entry)| (path.clone(), entry.as_ref().map(Entry::from)));
    git.set_index(&index.collect()).with_context(goes_on)?;
    let now = git.maybe(&["rev-parse", "--verify", "--quiet", &journal.branch]);
    if now.as_ref() != Some(&journal.to) {
        git.move_ref(&journal.branch, &journal.to, Some(&journal.from))
            .with_context(goes_on)?;
    }
    git.move_ref(UPSTREAM, &journal.upstream, None)
        .with_context(goes_on)?;
    let (done, last) = (file(root, "journal.json"), file(root, "last.json"));
    if journal.undo {
        // Last the journal: until it is gone, the next command comes here again.
        files::remove(&last)?;
        files::remove(&done)?;
    } else {
        fs::rename(&done, &last).with_context(|| format!("write {}", last.display()))?;
    }
    Ok(kept)
}

/// One file's step. What is neither as before nor as after was edited in
/// between, and is kept.
fn write(git: &Git, root: &Path, one: &Written) -> Result<Option<PathBuf>> {
    let now = disk::read(root, &one.path)?;
    let is = |object: &Option<Object>| -> Result<bool> {
        Ok(match (object, &now) {
            (None, None) => true,
            (Some(object), Some(now)) => {
                object.mode == now.mode && git.blob(&object.blob)? == now.bytes
            }
            _ => false,
        })
    };
    if is(&one.after)? {
        return Ok(None);
    }
    let path = root.join(&one.path);
    let kept = match &now {
        Some(now) if !is(&one.before)? => Some(keep(root, &one.path, now)?),
        _ => None,
    };
    match &one.after {
        None => {
            files::remove(&path)?;
            disk::remove_empty_above(root, &one.path);
        }
        Some(object) => disk::put(&path, &object.mode, &git.blob(&object.blob)?)?,
    }
    Ok(kept)
}

/// Keeps what stands at a path. A link is kept as one: it may lead nowhere, or
/// to what is not the workshop's.
fn keep(root: &Path, path: &Path, now: &Content) -> Result<PathBuf> {
    if now.mode != LINK {
        return Store::at(root).keep(&root.join(path));
    }
    let kept = file(root, "kept").join(path);
    disk::put(&kept, LINK, &now.bytes)?;
    Ok(kept)
}

/// git's mode of a symbolic link.
const LINK: &str = "120000";

/// The journal of an update that was interrupted.
///
/// # Errors
/// It can't be read.
pub fn interrupted(root: &Path) -> Result<Option<Journal>> {
    read(&file(root, "journal.json"))
}

/// The last update, while it can be taken back.
///
/// # Errors
/// It can't be read.
pub fn last(root: &Path) -> Result<Option<Journal>> {
    read(&file(root, "last.json"))
}

fn read(file: &Path) -> Result<Option<Journal>> {
    let text = match fs::read_to_string(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        text => text.with_context(|| format!("read {}", file.display()))?,
    };
    let journal = serde_json::from_str(&text);
    journal.map(Some).map_err(|error| {
        anyhow!(say!(
            "update-journal",
            file = file.display().to_string(),
            reason = error.to_string(),
        ))
    })
}
