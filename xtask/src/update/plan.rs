//! What becomes of each file that upstream changed. Nothing is written here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Result;
use lab_judge::{AnchorFault, Source};

use super::git::{Git, Tree};
use super::lines::{self, Conflict};
use super::regions::{Regions, Sources};

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
struct Unit {
    old: Option<PathBuf>,
    new: Option<PathBuf>,
    versions: Versions,
}

/// Its three versions.
#[derive(Default)]
struct Versions {
    base: Option<Content>,
    mine: Option<Content>,
    new: Option<Content>,
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
    fn path(&self) -> PathBuf {
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

/// The sources of one lab.
fn plan_lab(sides: &Sides<'_>, lab: &str, units: &[&Unit], plan: &mut Plan) -> Result<()> {
    let mut regions = Regions::default();
    let mut parsed: Vec<[Option<Source>; 3]> = Vec::new();
    for unit in units {
        let [base, new] = [&unit.versions.base, &unit.versions.new]
            .map(|content| text(content.as_ref()).and_then(|text| Source::parse(text).ok()));
        let mine = match text(unit.versions.mine.as_ref()).map(Source::parse) {
            Some(Ok(source)) => Some(source),
            Some(Err(fault)) => {
                let path = unit.old.clone().unwrap_or_else(|| unit.path());
                plan.damaged.push((path, fault));
                None
            }
            None => None,
        };
        base.iter().for_each(|source| regions.add_base(source));
        new.iter().for_each(|source| regions.add_new(source));
        if let Some(mine) = &mine {
            regions.add_mine(unit.old.as_deref().unwrap_or(&unit.path()), mine);
        }
        parsed.push([base, mine, new]);
    }
    regions.find_renamed();
    let mut after = Vec::new();
    for (unit, parsed) in units.iter().zip(&parsed) {
        let path = unit.path();
        if let [Some(base), Some(mine), Some(new)] = parsed {
            let sources = Sources { base, mine, new };
            if let Err(fault) = regions.lost_marks(sources) {
                plan.damaged
                    .push((unit.old.clone().unwrap_or_else(|| path.clone()), fault));
            }
        }
        let merged = merged_source(sides, &regions, unit, parsed, &mut plan.notes)?;
        after.extend(text(merged.as_ref()).and_then(|text| Source::parse(text).ok()));
        put(sides, plan, unit, &path, merged)?;
    }
    for (task, path) in regions.homeless(&after) {
        plan.notes.push(Note::Homeless { path, task });
    }
    for (old, new) in regions.renamed() {
        plan.notes.push(Note::Renamed {
            lab: lab.to_owned(),
            old: old.to_owned(),
            new: new.to_owned(),
        });
    }
    Ok(())
}

fn merged_source(
    sides: &Sides<'_>,
    regions: &Regions,
    unit: &Unit,
    parsed: &[Option<Source>; 3],
    notes: &mut Vec<Note>,
) -> Result<Option<Content>> {
    let versions = &unit.versions;
    let with_text = |text: String| {
        versions.new.as_ref().map(|new| Content {
            bytes: text.into_bytes(),
            mode: new.mode.clone(),
        })
    };
    match parsed {
        [Some(base), Some(mine), Some(new)] => {
            let sources = Sources { base, mine, new };
            let merged = regions.merge(sides.git, sides.room, sources)?;
            let placed = Source::parse(merged.text.as_str()).ok();
            for conflict in merged.conflicts {
                let task = placed
                    .as_ref()
                    .and_then(|text| nearest(text, conflict.line));
                notes.push(Note::Conflict {
                    path: unit.path(),
                    task,
                    conflict,
                });
            }
            Ok(with_text(merged.text))
        }
        // New upstream, or brought back, or in the place of a learner's own.
        [_, _, Some(new)] if versions.base.is_none() || versions.mine.is_none() => {
            let placed = with_text(regions.placed(new));
            if versions.mine.is_some() && versions.mine != placed {
                notes.push(Note::Replaced { path: unit.path() });
            } else if versions.base.is_some() && versions.mine.is_none() {
                notes.push(Note::BroughtBack { path: unit.path() });
            }
            Ok(placed)
        }
        _ => merged_lines(sides, unit, notes),
    }
}

/// The region nearest to a line, when it is near enough to be meant.
fn nearest(source: &Source, line: usize) -> Option<String> {
    let distance = |region: &lab_judge::Region| {
        let end = region.line + source.body(region).lines().count() + 1;
        match () {
            () if line < region.line => region.line - line,
            () if line > end => line - end,
            () => 0,
        }
    };
    let nearest = source.regions().iter().min_by_key(|one| distance(one))?;
    (distance(nearest) <= 10).then(|| nearest.name.clone())
}

/// A file without regions.
fn merged_lines(sides: &Sides<'_>, unit: &Unit, notes: &mut Vec<Note>) -> Result<Option<Content>> {
    let Versions { base, mine, new } = &unit.versions;
    let path = unit.path();
    match (base, mine, new) {
        (Some(_), None, Some(_)) if !is_needed(&path) => Ok(None),
        (Some(_), None, Some(_)) => {
            notes.push(Note::BroughtBack { path });
            Ok(new.clone())
        }
        (base, mine, new) if base == mine || mine == new => Ok(new.clone()),
        (_, Some(_), None) => {
            notes.push(Note::Removed { path });
            Ok(None)
        }
        (Some(base), Some(mine), Some(new)) => {
            let texts = [base, mine, new].map(|content| text(Some(content)));
            let [Some(base), Some(mine), Some(theirs)] = texts else {
                notes.push(Note::Replaced { path });
                return Ok(Some(new.clone()));
            };
            let merged = lines::merge(sides.git, sides.room, &base, &mine, &theirs)?;
            for conflict in merged.conflicts {
                notes.push(Note::Conflict {
                    path: path.clone(),
                    task: None,
                    conflict,
                });
            }
            Ok(Some(Content {
                bytes: merged.text.into_bytes(),
                mode: new.mode.clone(),
            }))
        }
        (_, _, new) => {
            notes.push(Note::Replaced { path });
            Ok(new.clone())
        }
    }
}

/// Files without which a lab or the runner doesn't build. What else a learner
/// removed stays away, as the references a teacher withholds do.
fn is_needed(path: &Path) -> bool {
    let first = path.iter().next().and_then(|step| step.to_str());
    matches!(first, Some("labs" | "xtask" | "Cargo.toml" | "Cargo.lock"))
}

/// A regular file's text, if it is one.
fn text(content: Option<&Content>) -> Option<String> {
    let content = content.filter(|content| content.mode != "120000")?;
    String::from_utf8(content.bytes.clone()).ok()
}

/// Adds the steps of one file: one, or two when it has another name.
fn put(
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
        let moved = sides.renames.iter().find_map(|(old, new)| {
            let declaration = *old == folder.join("lab.yaml") || *old == folder.join("Cargo.toml");
            declaration.then(|| new.parent().map(Path::to_owned))?
        });
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
