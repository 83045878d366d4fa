//! What becomes of each file that upstream changed. Nothing is written here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Result;
use lab_judge::AnchorFault;

use super::git::{Git, Tree};
use super::lines::Conflict;
use super::sources::{merged_lines, plan_lab};

/// A file's bytes and its mode as git writes it. The bytes of a symbolic link
/// are where it points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    pub bytes: Vec<u8>,
    pub mode: String,
}

/// One file before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Relative to the root.
    pub path: PathBuf,
    pub before: Option<Content>,
    pub after: Option<Content>,
    /// Whether what stood there is more than upstream's last version.
    pub edited: bool,
}

/// What the learner has to know about one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// Both changed these lines; the new ones stand in the file.
    Conflict {
        path: PathBuf,
        /// The task the lines stand nearest to.
        task: Option<String>,
        conflict: Conflict,
    },
    /// What they wrote of a task has no place any more.
    Homeless { path: PathBuf, task: String },
    /// Their file makes way for upstream's as a whole.
    Replaced { path: PathBuf },
    /// Upstream removed a file that they had changed.
    Removed { path: PathBuf },
    /// Their own file stood in a lab that is gone.
    Left { path: PathBuf },
    /// They had removed a file that a lab or the runner needs.
    BroughtBack { path: PathBuf },
    /// Their own file went along with a lab that has another name now.
    Moved { from: PathBuf, to: PathBuf },
    /// A task has another name, and their version went along.
    Renamed {
        lab: String,
        old: String,
        new: String,
    },
}

/// All of it.
#[derive(Debug, Default)]
pub struct Plan {
    pub steps: Vec<Step>,
    pub notes: Vec<Note>,
    /// Sources whose marks are damaged: with one of them nothing is done.
    pub damaged: Vec<(PathBuf, AnchorFault)>,
}

impl Plan {
    /// The file's text after the update, if the update touches it.
    pub fn text(&self, path: &Path) -> Option<Option<String>> {
        let step = self.steps.iter().find(|step| step.path == path)?;
        let text = |content: &Content| String::from_utf8_lossy(&content.bytes).into_owned();
        Some(step.after.as_ref().map(text))
    }
}

/// Upstream's change, and whose files it meets.
pub struct Sides<'a> {
    pub git: &'a Git,
    /// A folder for files git reads.
    pub room: &'a Path,
    pub base: &'a Tree,
    pub new: &'a Tree,
    /// Files with another name in the new tree: old to new.
    pub renames: &'a BTreeMap<PathBuf, PathBuf>,
    /// The learner's version of a file.
    pub mine: &'a dyn Fn(&Path) -> Result<Option<Content>>,
    /// All files of the learner's below a folder, relative to the root.
    pub below: &'a dyn Fn(&Path) -> Result<Vec<PathBuf>>,
}

/// One file that upstream changed: its place in the last and in the new version.
pub struct Unit {
    pub old: Option<PathBuf>,
    pub new: Option<PathBuf>,
    pub versions: Versions,
}

/// Its three versions.
#[derive(Default)]
pub struct Versions {
    pub base: Option<Content>,
    pub mine: Option<Content>,
    pub new: Option<Content>,
}

/// Plans the whole update.
///
/// # Errors
/// An object or a file can't be read.
pub fn plan(sides: &Sides<'_>) -> Result<Plan> {
    let units = units(sides)?;
    let mut plan = Plan::default();
    let mut by_lab: BTreeMap<Option<String>, Vec<&Unit>> = BTreeMap::new();
    for unit in &units {
        by_lab.entry(lab_of_source(unit)).or_default().push(unit);
    }
    for (lab, units) in by_lab {
        match lab {
            Some(lab) => plan_lab(sides, &lab, &units, &mut plan)?,
            None => {
                for unit in units {
                    let path = unit.path();
                    let after = merged_lines(sides, unit, &mut plan.notes)?;
                    put(sides, &mut plan, unit, &path, after)?;
                }
            }
        }
    }
    leave_no_ruins(sides, &mut plan)?;
    // A removed file is told by its tasks, if it had any.
    let homeless: BTreeSet<PathBuf> = plan
        .notes
        .iter()
        .filter_map(|note| match note {
            Note::Homeless { path, .. } => Some(path.clone()),
            _ => None,
        })
        .collect();
    plan.notes
        .retain(|note| !matches!(note, Note::Removed { path } if homeless.contains(path)));
    plan.steps.retain(|step| step.before != step.after);
    plan.steps.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(plan)
}

impl Unit {
    /// Where it stands afterwards, or stood.
    pub fn path(&self) -> PathBuf {
        self.new.clone().or(self.old.clone()).unwrap_or_default()
    }
}

fn units(sides: &Sides<'_>) -> Result<Vec<Unit>> {
    // References that a teacher withholds stay withheld, new ones too.
    let references = Path::new("solutions");
    let withheld = sides.base.keys().any(|path| path.starts_with(references))
        && (sides.below)(references)?.is_empty();
    let back: BTreeMap<&PathBuf, &PathBuf> =
        sides.renames.iter().map(|(old, new)| (new, old)).collect();
    let mut places: Vec<(Option<PathBuf>, Option<PathBuf>)> = Vec::new();
    for (path, entry) in sides.new {
        let old = back.get(path).copied().unwrap_or(path);
        let known = sides.base.get(old);
        if old != path || known != Some(entry) {
            places.push((known.map(|_| old.clone()), Some(path.clone())));
        }
    }
    for path in sides.base.keys() {
        if !sides.new.contains_key(path) && !sides.renames.contains_key(path) {
            places.push((Some(path.clone()), None));
        }
    }
    let blob = |tree: &'_ Tree, path: &Option<PathBuf>| {
        path.as_ref()
            .and_then(|path| Some(tree.get(path)?.blob.clone()))
    };
    let blobs: Vec<String> = places
        .iter()
        .flat_map(|(old, new)| [blob(sides.base, old), blob(sides.new, new)])
        .flatten()
        .collect();
    sides.git.load(blobs.iter().map(String::as_str))?;
    let mut units = Vec::new();
    for (old, new) in places {
        let path = new.as_ref().or(old.as_ref());
        if withheld && path.is_some_and(|path| path.starts_with(references)) {
            continue;
        }
        let content = |tree: &Tree, path: &Option<PathBuf>| -> Result<Option<Content>> {
            let Some(entry) = path.as_ref().and_then(|path| tree.get(path)) else {
                return Ok(None);
            };
            Ok(Some(Content {
                bytes: sides.git.blob(&entry.blob)?,
                mode: entry.mode.clone(),
            }))
        };
        let mine = match old.as_ref().or(new.as_ref()) {
            Some(path) => (sides.mine)(path)?,
            None => None,
        };
        let versions = Versions {
            base: content(sides.base, &old)?,
            mine,
            new: content(sides.new, &new)?,
        };
        units.push(Unit { old, new, versions });
    }
    Ok(units)
}

/// The lab of a source that may hold tasks: by its new name, if it has one.
fn lab_of_source(unit: &Unit) -> Option<String> {
    let path = unit.path();
    let mut steps = path.iter().filter_map(|step| step.to_str());
    let (labs, lab, src) = (steps.next()?, steps.next()?, steps.next()?);
    let is_source = path.extension().is_some_and(|ending| ending == "rs");
    (labs == "labs" && lab.starts_with("lab-") && src == "src" && is_source).then(|| lab.to_owned())
}

/// Adds the steps of one file: one, or two when it has another name.
///
/// # Errors
/// A file can't be read.
pub fn put(
    sides: &Sides<'_>,
    plan: &mut Plan,
    unit: &Unit,
    path: &Path,
    after: Option<Content>,
) -> Result<()> {
    let edited = unit.versions.mine.is_some() && unit.versions.mine != unit.versions.base;
    let mut before = unit.versions.mine.clone();
    if let Some(old) = unit.old.as_ref().filter(|old| *old != path) {
        plan.steps.push(Step {
            path: old.clone(),
            before: before.take(),
            after: None,
            edited,
        });
        before = (sides.mine)(path)?;
        if before.is_some() && before != after {
            plan.notes.push(Note::Replaced {
                path: path.to_owned(),
            });
        }
        plan.steps.push(Step {
            path: path.to_owned(),
            edited: before.is_some(),
            before,
            after,
        });
        return Ok(());
    }
    plan.steps.push(Step {
        path: path.to_owned(),
        before,
        after,
        edited,
    });
    Ok(())
}

/// Labs that have another name: old folder to new. Git finds files, so the
/// folder that most of them went to is the one that is meant.
pub fn lab_renames(renames: &BTreeMap<PathBuf, PathBuf>) -> BTreeMap<PathBuf, PathBuf> {
    let folder = |path: &Path| -> PathBuf { path.iter().take(2).collect() };
    let mut counts: BTreeMap<(PathBuf, PathBuf), usize> = BTreeMap::new();
    for (old, new) in renames {
        let (from, to) = (folder(old), folder(new));
        let in_labs = from.starts_with("labs") && to.starts_with("labs");
        if in_labs && from != to {
            *counts.entry((from, to)).or_default() += 1;
        }
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| *count);
    counts.into_iter().map(|(folders, _)| folders).collect()
}

/// A folder in `labs` without a manifest keeps cargo from working, so a
/// learner's own files don't stay behind in a lab that is gone: they go along
/// with its new name, or they are removed, which keeps them.
fn leave_no_ruins(sides: &Sides<'_>, plan: &mut Plan) -> Result<()> {
    let lab = |path: &PathBuf| {
        let is_manifest = path.starts_with("labs") && path.ends_with("Cargo.toml");
        (is_manifest && path.iter().count() == 3).then(|| path.parent().map(Path::to_owned))?
    };
    for folder in sides.base.keys().filter_map(lab) {
        if sides.new.contains_key(&folder.join("Cargo.toml")) {
            continue;
        }
        let moved = lab_renames(sides.renames).remove(&folder);
        let planned: BTreeSet<PathBuf> = plan.steps.iter().map(|step| step.path.clone()).collect();
        for path in (sides.below)(&folder)? {
            if planned.contains(&path) {
                continue;
            }
            let content = (sides.mine)(&path)?;
            let to = moved
                .as_ref()
                .and_then(|new| Some(new.join(path.strip_prefix(&folder).ok()?)));
            let free = match &to {
                Some(to) => !planned.contains(to) && (sides.mine)(to)?.is_none(),
                None => false,
            };
            plan.steps.push(Step {
                path: path.clone(),
                before: content.clone(),
                after: None,
                edited: true,
            });
            match to.filter(|_| free) {
                Some(to) => {
                    plan.steps.push(Step {
                        path: to.clone(),
                        before: None,
                        after: content,
                        edited: false,
                    });
                    plan.notes.push(Note::Moved { from: path, to });
                }
                None => plan.notes.push(Note::Left { path }),
            }
        }
    }
    Ok(())
}
