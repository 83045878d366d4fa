//! `cargo xtask sync`: writes each starter from its reference.
//!
//! What must not happen is that a learner's work is lost. A file in `labs/` is
//! overwritten (or removed) only when both hold:
//!
//! - every task in it is a lone `todo!`: a written task is a learner's, even
//!   when it is committed;
//! - the file is as somebody else has it: as git's last commit does, or as this
//!   command last wrote it (`.lab/generated` has a copy, so that a maintainer
//!   can sync twice between commits).
//!
//! Anything else is refused by name, and nothing at all is written then.
//! `--force` keeps the edited file in `.lab/kept` and goes on.

mod generate;
mod guard;

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use lab_judge::LabOnDisk;

pub use generate::starter_names;
use guard::Guard;
pub use guard::Refused;

use crate::cli::SyncArgs;
use crate::failure::{Exit, Failure};
use crate::files;
use crate::message::say;
use crate::screen;
use crate::select;
use crate::store::Store;
use crate::waiting::Waiting;
use crate::workspace::Workspace;

/// What happens to one file.
#[derive(Debug)]
pub struct Change {
    /// Relative to the root.
    pub file: PathBuf,
    /// The new bytes; `None` removes the file.
    pub new: Option<Vec<u8>>,
    /// Why it would be overwriting somebody's work.
    pub refused: Option<Refused>,
    /// Where the overwritten or removed version is.
    pub kept: Option<PathBuf>,
}

/// Writes the starters, or says what would change.
///
/// # Errors
/// Unknown labs, withheld references, references that can't be a source.
pub fn run(workspace: &Workspace, args: &SyncArgs) -> Result<Exit, Failure> {
    let store = Store::at(&workspace.root);
    let labs = labs(workspace, &args.labs)?;
    let guard = Guard::new(workspace);
    let mut changes = Vec::new();
    let waiting = Waiting::on(say!("waiting-sync")).of(labs.len());
    for (done, lab) in labs.iter().enumerate() {
        waiting.reached(done);
        changes.extend(lab_changes(workspace, &store, &guard, lab)?);
    }
    drop(waiting);
    if args.check {
        screen::print(&screen::sync::check(&changes, labs.len()));
        return Ok(if changes.is_empty() {
            Exit::Green
        } else {
            Exit::Code
        });
    }
    if !args.force && changes.iter().any(|change| change.refused.is_some()) {
        screen::print(&screen::sync::refused(&changes));
        return Ok(Exit::Code);
    }
    for change in &mut changes {
        apply(workspace, &store, change)?;
    }
    screen::print(&screen::sync::done(workspace, &changes, labs.len()));
    Ok(Exit::Green)
}

/// The labs that were named, or all that have a reference.
fn labs(workspace: &Workspace, names: &[String]) -> Result<Vec<LabOnDisk>, Failure> {
    if names.is_empty() {
        return workspace.load_all();
    }
    names
        .iter()
        .map(|typed| Ok(select::lab(workspace, typed)?.lab))
        .collect()
}

/// Every file of the lab that is not as it is generated.
fn lab_changes(
    workspace: &Workspace,
    store: &Store,
    guard: &Guard,
    lab: &LabOnDisk,
) -> Result<Vec<Change>, Failure> {
    let generated = generate::starter(workspace, lab)?;
    let mut changes = Vec::new();
    let folder = PathBuf::from("labs").join(&lab.lab.lab);
    for (file, new) in &generated {
        let relative = folder.join(file);
        let path = workspace.root.join(&relative);
        let old = match fs::read(&path) {
            Ok(old) if old == *new => continue,
            Ok(old) => Some(old),
            Err(_) => None,
        };
        let refused = old.and_then(|old| guard.refusal(store, lab, file, &relative, &old));
        changes.push(Change {
            file: relative,
            new: Some(new.clone()),
            refused,
            kept: None,
        });
    }
    // What the reference has no more. A file that only the learner has stays.
    for file in files::below(&lab.dir.join("src"))? {
        let file = PathBuf::from("src").join(file);
        let relative = folder.join(&file);
        if generated.contains_key(&file) || !guard.is_ours(store, &relative) {
            continue;
        }
        let path = workspace.root.join(&relative);
        let old = fs::read(&path).with_context(|| format!("read {}", path.display()))?;
        let refused = guard.refusal(store, lab, &file, &relative, &old);
        changes.push(Change {
            file: relative,
            new: None,
            refused,
            kept: None,
        });
    }
    changes.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(changes)
}

fn apply(workspace: &Workspace, store: &Store, change: &mut Change) -> Result<(), Failure> {
    let path = workspace.root.join(&change.file);
    // A file the reference doesn't have may be one a learner added and
    // committed: it is kept as well.
    if change.refused.is_some() || change.new.is_none() {
        change.kept = Some(store.keep(&path)?);
    }
    match &change.new {
        Some(bytes) => files::write(&path, bytes)?,
        None => files::remove(&path)?,
    }
    Ok(store.remember_generated(&change.file, change.new.as_deref())?)
}
