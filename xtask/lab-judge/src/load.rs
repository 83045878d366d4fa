//! A lab on disk: `labs/lab-NN-name` with `lab.yaml` and `tests/snapshots/`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::anchor::Source;
use crate::lab::{Check, Lab, Task};
use crate::lines::Lines;
use crate::outcome::Outcome;
use crate::refusal::{Reason, Refusal, Refusals};
use crate::validate;
use crate::verdict::{self, Verdict};

/// A validated lab and where it stands.
#[derive(Debug)]
pub struct LabOnDisk {
    /// `labs/lab-NN-name`.
    pub dir: PathBuf,
    pub lab: Lab,
    snapshots: BTreeMap<String, Value>,
    lines: Lines,
    /// The lab with the texts of another language, and which were asked for.
    pub(crate) said: Option<Lab>,
    pub(crate) languages: Vec<String>,
}

/// The folders below `<root>/labs` that hold a `lab.yaml`, in the order of
/// their numbers.
///
/// # Errors
/// `<root>/labs` can't be read.
pub fn lab_dirs(root: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut dirs = Vec::new();
    for entry in fs::read_dir(root.join("labs"))? {
        let dir = entry?.path();
        if dir.join("lab.yaml").is_file() {
            dirs.push(dir);
        }
    }
    let number = |dir: &PathBuf| -> Option<u32> {
        let name = dir.file_name()?.to_str()?.strip_prefix("lab-")?;
        name.split('-').next()?.parse().ok()
    };
    dirs.sort_by_key(|dir| (number(dir).unwrap_or(u32::MAX), dir.clone()));
    Ok(dirs)
}

/// All labs below `<root>/labs`, loaded.
///
/// # Errors
/// What [`Lab::load`] refuses, of all labs together.
pub fn discover(root: &Path) -> Result<Vec<LabOnDisk>, Refusals> {
    let labs = root.join("labs");
    let dirs = lab_dirs(root).map_err(|error| Refusals::one(labs, 1, io_reason("read", &error)))?;
    let mut loaded = Vec::new();
    let mut refused = Vec::new();
    for dir in dirs {
        match Lab::load(&dir) {
            Ok(lab) => loaded.push(lab),
            Err(refusals) => refused.extend(refusals.iter().cloned()),
        }
    }
    Refusals::none_or(refused)?;
    Ok(loaded)
}

impl Lab {
    /// Reads a declaration that stands nowhere on disk, as that of another
    /// version of the workshop. What only loading can find wrong isn't looked
    /// for.
    ///
    /// # Errors
    /// What isn't YAML, or has fields this version doesn't know.
    pub fn declared(text: &str) -> Result<Lab, Refusals> {
        yaml(Path::new("lab.yaml"), text)
    }

    /// Loads and validates the lab in `dir`: its `lab.yaml` and its snapshots.
    ///
    /// # Errors
    /// Each reason with file and line: what isn't YAML or has unknown fields,
    /// duplicate or unknown ids, tasks in no part or in two, hints that aren't
    /// three, checks without snapshot and snapshots without check, diagnoses
    /// that nothing can reach or no mistake shows, checks without mistake and
    /// without reason.
    pub fn load(dir: &Path) -> Result<LabOnDisk, Refusals> {
        let file = dir.join("lab.yaml");
        let text = read(&file)?;
        let lines = Lines::of(&text);
        // Twice, because only an untyped value finds every duplicate key.
        yaml::<serde_yaml::Value>(&file, &text)?;
        let mut lab: Lab = yaml(&file, &text)?;
        let (snapshots, mut refused) = snapshots(dir)?;
        let ctx = validate::Place {
            dir,
            file: &file,
            lines: &lines,
        };
        refused.extend(validate::lab(&lab, &snapshots, &ctx));
        Refusals::none_or(refused)?;
        lab.lend_diagnoses();
        Ok(LabOnDisk {
            dir: dir.to_owned(),
            lab,
            snapshots,
            lines,
            said: None,
            languages: Vec::new(),
        })
    }
}

impl LabOnDisk {
    /// What a check is expected to see, in part.
    pub fn snapshot(&self, check: &str) -> Option<&Value> {
        self.snapshots.get(check)
    }

    /// Judges one check; `None` when it gave no answer.
    pub fn judge(&self, check: &Check, outcome: Option<&Outcome>) -> Verdict {
        // Loading made sure that each check has a snapshot. For one of another
        // lab there is nothing to expect, so nothing can be green.
        match self.snapshots.get(&check.id) {
            Some(snapshot) => verdict::judge(check, snapshot, outcome),
            None => verdict::judge(check, &Value::Null, None),
        }
    }

    /// The source of each file that holds a task, from `package`: the lab's own
    /// folder, or the reference's.
    ///
    /// # Errors
    /// A file that can't be read, a task without its region, marks that don't
    /// balance; each with file and line.
    pub fn sources(&self, package: &Path) -> Result<BTreeMap<String, Source>, Refusals> {
        let mut sources: BTreeMap<String, Source> = BTreeMap::new();
        let mut refused = Vec::new();
        for (index, task) in self.lab.tasks.iter().enumerate() {
            if !sources.contains_key(&task.file) {
                match self.source(package, task, index) {
                    Ok(source) => sources.insert(task.file.clone(), source),
                    Err(refusals) => {
                        refused.extend(refusals.iter().cloned());
                        continue;
                    }
                };
            }
            if let Err(fault) = sources[&task.file].task(&task.id) {
                let (file, line) = match fault.line() {
                    Some(line) => (package.join(&task.file), line),
                    None => (self.dir.join("lab.yaml"), self.task_line(index, "id")),
                };
                let reason = Reason::Task {
                    task: task.id.clone(),
                    file: task.file.clone(),
                    fault,
                };
                refused.push(Refusal { file, line, reason });
            }
        }
        Refusals::none_or(refused)?;
        Ok(sources)
    }

    fn source(&self, package: &Path, task: &Task, index: usize) -> Result<Source, Refusals> {
        let file = package.join(&task.file);
        let text = match fs::read_to_string(&file) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let line = self.task_line(index, "file");
                let reason = Reason::NoFile {
                    task: task.id.clone(),
                    file: task.file.clone(),
                };
                return Err(Refusals::one(self.dir.join("lab.yaml"), line, reason));
            }
            Err(error) => return Err(Refusals::one(file, 1, io_reason("read", &error))),
            Ok(text) => text,
        };
        Source::parse(text).map_err(|fault| {
            let line = fault.line().unwrap_or(1);
            Refusals::one(file, line, Reason::Marks(fault))
        })
    }

    fn task_line(&self, index: usize, field: &str) -> usize {
        self.lines.at(&format!("tasks[{index}].{field}"))
    }

    /// Ids of the tasks whose region in `package` still calls `todo!`.
    ///
    /// # Errors
    /// As [`LabOnDisk::sources`].
    pub fn unwritten(&self, package: &Path) -> Result<BTreeSet<String>, Refusals> {
        let sources = self.sources(package)?;
        let unwritten = |task: &&Task| {
            let source = sources.get(&task.file);
            source.is_none_or(|source| source.unwritten(&task.id).unwrap_or(true))
        };
        Ok(self
            .lab
            .tasks
            .iter()
            .filter(unwritten)
            .map(|task| task.id.clone())
            .collect())
    }

    /// The labs this one builds on, and those they build on, each after what it
    /// builds on itself; said in this one's language.
    ///
    /// # Errors
    /// As [`Lab::load`] and [`LabOnDisk::said_in`], of the earlier labs.
    pub fn earlier(&self) -> Result<Vec<LabOnDisk>, Refusals> {
        let mut found = Vec::new();
        self.add_earlier(&mut BTreeSet::new(), &mut found)?;
        Ok(found)
    }

    fn add_earlier(
        &self,
        seen: &mut BTreeSet<String>,
        found: &mut Vec<LabOnDisk>,
    ) -> Result<(), Refusals> {
        for name in &self.lab.builds_on {
            if seen.insert(name.clone()) {
                let lab = Lab::load(&self.dir.with_file_name(name))?.said_in(&self.languages)?;
                lab.add_earlier(seen, found)?;
                found.push(lab);
            }
        }
        Ok(())
    }

    /// Unwritten tasks of all earlier labs, as `lab-01-a/task`. Both the lab's
    /// own packages and the reference's stand beside each other, so `package`'s
    /// parent holds the earlier ones.
    ///
    /// # Errors
    /// As [`LabOnDisk::earlier`] and [`LabOnDisk::sources`].
    pub fn unwritten_earlier(&self, package: &Path) -> Result<Vec<String>, Refusals> {
        let mut names = Vec::new();
        for lab in self.earlier()? {
            let earlier = &lab.lab.lab;
            let unwritten = lab.unwritten(&package.with_file_name(earlier))?;
            let in_order = lab
                .lab
                .tasks
                .iter()
                .filter(|task| unwritten.contains(&task.id));
            names.extend(in_order.map(|task| format!("{earlier}/{}", task.id)));
        }
        Ok(names)
    }

    /// The verdict of a check that isn't run because tasks it needs are
    /// unwritten; `None` for one that is to be run. Any unwritten task of an
    /// earlier lab holds every check back: which of them a check uses isn't
    /// declared.
    pub fn to_do(
        &self,
        check: &Check,
        unwritten: &BTreeSet<String>,
        earlier: &[String],
    ) -> Option<Verdict> {
        let own = check
            .tasks()
            .filter(|task| unwritten.contains(*task))
            .map(str::to_owned);
        let tasks: Vec<String> = earlier.iter().cloned().chain(own).collect();
        (!tasks.is_empty()).then_some(Verdict::ToDo { tasks })
    }
}

/// The snapshots by name, and what is wrong with those that can't be used.
fn snapshots(dir: &Path) -> Result<(BTreeMap<String, Value>, Vec<Refusal>), Refusals> {
    let dir = dir.join("tests/snapshots");
    let mut snapshots = BTreeMap::new();
    let mut refused = Vec::new();
    let entries = match fs::read_dir(&dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok((snapshots, refused)),
        Err(error) => return Err(Refusals::one(dir, 1, io_reason("read", &error))),
    };
    for entry in entries {
        let entry = entry.map_err(|error| Refusals::one(&dir, 1, io_reason("read", &error)))?;
        let file = entry.path();
        if file.extension().is_none_or(|ending| ending != "yaml") {
            continue;
        }
        let Some(name) = file.file_stem().and_then(|stem| stem.to_str()) else {
            continue;
        };
        let value = read(&file)
            .and_then(|text| yaml::<serde_yaml::Value>(&file, &text))
            .and_then(|value| {
                serde_json::to_value(value)
                    .map_err(|error| Refusals::one(&file, 1, error.to_string()))
            });
        match value {
            Ok(value) => {
                snapshots.insert(name.to_owned(), value);
            }
            Err(refusals) => refused.extend(refusals.iter().cloned()),
        }
    }
    Ok((snapshots, refused))
}

pub(crate) fn read(file: &Path) -> Result<String, Refusals> {
    fs::read_to_string(file).map_err(|error| Refusals::one(file, 1, io_reason("read", &error)))
}

pub(crate) fn io_reason(operation: &str, error: &std::io::Error) -> String {
    format!("{operation}: {error}")
}

pub(crate) fn yaml<T: serde::de::DeserializeOwned>(file: &Path, text: &str) -> Result<T, Refusals> {
    serde_yaml::from_str(text).map_err(|error| {
        let line = error.location().map_or(1, |location| location.line());
        let message = error.to_string();
        // The line is told once, before the reason.
        let reason = match message.rfind(" at line ") {
            Some(end) => &message[..end],
            None => &message,
        };
        Refusals::one(file, line, reason)
    })
}
