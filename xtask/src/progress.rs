//! How far a learner is, computed from the source and the last results.

use std::collections::BTreeSet;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use anyhow::{Context, Result};
use lab_judge::{Check, LabOnDisk};

use crate::failure::Failure;
use crate::files;
use crate::store::Store;
use crate::workspace::Workspace;

/// How far a learner is with one lab.
#[derive(Debug)]
pub struct Progress {
    /// Ids of tasks that are still to do.
    pub unwritten: BTreeSet<String>,
    /// Ids of checks that were green for the sources as they are now.
    pub green: BTreeSet<String>,
    /// Ids of checks that are not green now and were once, by other checks than
    /// there are now.
    pub green_before: BTreeSet<String>,
}

impl Progress {
    /// Reads the lab's own package.
    ///
    /// # Errors
    /// A source whose regions are damaged, or can't be read.
    pub fn of(workspace: &Workspace, store: &Store, lab: &LabOnDisk) -> Result<Progress, Failure> {
        let unwritten = lab
            .unwritten(&lab.dir)
            .map_err(|refusals| workspace.code(&refusals))?;
        let results = store.results(&lab.lab.lab);
        let current = results.fingerprint == fingerprint(&lab.dir)?;
        let green = |check: &&Check| {
            current
                && results
                    .checks
                    .get(&check.id)
                    .is_some_and(|verdict| verdict == "green")
        };
        let green = lab
            .lab
            .checks
            .iter()
            .filter(green)
            .map(|check| check.id.clone())
            .collect();
        let green: BTreeSet<String> = green;
        let judges = judges(lab)?;
        let before = |check: &&Check| {
            let by = results.green.get(&check.id);
            !green.contains(&check.id) && by.is_some_and(|by| *by != judges)
        };
        let green_before = lab.lab.checks.iter().filter(before);
        let green_before = green_before.map(|check| check.id.clone()).collect();
        Ok(Progress {
            unwritten,
            green,
            green_before,
        })
    }

    /// Whether nothing is to do and every check is green.
    pub fn finished(&self, lab: &LabOnDisk) -> bool {
        self.unwritten.is_empty() && self.green.len() == lab.lab.checks.len()
    }
}

/// The first lab that is not finished.
///
/// # Errors
/// A lab that is refused; damaged sources.
pub fn next_unfinished(workspace: &Workspace, store: &Store) -> Result<Option<LabOnDisk>, Failure> {
    for dir in workspace.lab_dirs()? {
        let lab = workspace.load(&dir)?;
        if !Progress::of(workspace, store, &lab)?.finished(&lab) {
            return Ok(Some(lab));
        }
    }
    Ok(None)
}

/// Tells two states of a lab's checks apart: the files they are made of, and
/// what each of them waits for.
///
/// # Errors
/// A file can't be read.
pub fn judges(lab: &LabOnDisk) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    hash_below(&lab.dir, "tests", &mut hasher)?;
    for check in &lab.lab.checks {
        (&check.id, &check.task, &check.also).hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn hash_below(package: &Path, folder: &str, hasher: &mut DefaultHasher) -> Result<()> {
    for file in files::below(&package.join(folder))? {
        // An editor that is open changes nothing.
        if files::is_an_editors(&file) {
            continue;
        }
        let path = package.join(folder).join(&file);
        let bytes = fs::read(&path).with_context(|| format!("read {}", path.display()))?;
        (folder, file, bytes).hash(hasher);
    }
    Ok(())
}

/// Tells two states of a package and its checks apart. Not a digest: it guards
/// against forgetting to check again, not against anybody.
///
/// # Errors
/// A source can't be read.
pub fn fingerprint(package: &Path) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for folder in ["src", "tests"] {
        hash_below(package, folder, &mut hasher)?;
    }
    for file in ["Cargo.toml", "lab.yaml"] {
        (file, fs::read(package.join(file)).ok()).hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}
