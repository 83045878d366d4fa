//! What an update brings, as a learner asks about it: which labs and tasks are
//! new or changed, how far they are with them, and whether the checks differ.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Result;
use lab_judge::{Lab, Source, Task, file_in, language_of};

use super::git::{Git, Tree};
use super::plan::{Note, Plan, lab_renames};
use super::regions::header;
use crate::message;

/// One lab's news.
#[derive(Debug)]
pub struct LabNews {
    pub lab: String,
    pub title: String,
    /// Its old name, when it has another now.
    pub was: Option<String>,
    pub new: bool,
    pub gone: bool,
    pub tasks: Vec<TaskNews>,
    /// Files the checks are made of.
    pub checks: Vec<PathBuf>,
    /// Other files of the lab.
    pub others: usize,
    /// Its declaration says something this runner doesn't know yet.
    pub unreadable: bool,
}

/// One task's news.
#[derive(Debug)]
pub struct TaskNews {
    pub id: String,
    pub says: String,
    pub kind: Kind,
    /// Whether the learner's version of it is written.
    pub written: bool,
    /// Its function's signature, when that is another now.
    pub function: Option<String>,
}

/// What happened to a task.
#[derive(Debug, PartialEq, Eq)]
pub enum Kind {
    New,
    /// Its statement, its heading or its function's signature.
    Changed,
    Renamed {
        old: String,
    },
    Gone,
}

/// Everything upstream changed.
#[derive(Debug, Default)]
pub struct News {
    pub labs: Vec<LabNews>,
    /// Changed pages of the book, files of the references, of the runner and
    /// the workbench, and others.
    pub pages: usize,
    pub references: usize,
    pub runner: usize,
    pub others: usize,
}

/// Upstream's versions.
pub struct Versions<'a> {
    pub base: &'a Tree,
    pub new: &'a Tree,
    pub renames: &'a BTreeMap<PathBuf, PathBuf>,
}

impl Versions<'_> {
    /// The old name of a lab that has another now.
    fn old_name(&self, lab: &str) -> Option<String> {
        let new = Path::new("labs").join(lab);
        let declared = |tree: &Tree, folder: &Path| tree.contains_key(&folder.join("lab.yaml"));
        let renames = lab_renames(self.renames);
        let (old, _) = renames.iter().find(|(old, to)| {
            **to == new && !declared(self.base, to) && !declared(self.new, old)
        })?;
        Some(old.file_name()?.to_str()?.to_owned())
    }
}

/// Compares upstream's versions. `mine` reads the learner's files as they are
/// when the update doesn't touch them.
///
/// # Errors
/// A declaration isn't there.
pub fn news(
    git: &Git,
    versions: &Versions<'_>,
    plan: &Plan,
    mine: &dyn Fn(&Path) -> Option<String>,
) -> Result<News> {
    let Versions { base, new, .. } = versions;
    let changed: BTreeSet<&PathBuf> = base
        .keys()
        .chain(new.keys())
        .filter(|path| base.get(*path) != new.get(*path))
        .collect();
    let mut news = News::default();
    let mut labs: BTreeSet<&str> = BTreeSet::new();
    for path in &changed {
        let mut steps = path.iter().filter_map(|step| step.to_str());
        match (steps.next(), steps.next()) {
            (Some("labs"), Some(lab)) if lab.starts_with("lab-") => {
                labs.insert(lab);
            }
            (Some("book"), _) => news.pages += 1,
            (Some("solutions"), _) => news.references += 1,
            (Some("xtask" | "labs"), _) => news.runner += 1,
            _ => news.others += 1,
        }
    }
    let after = |path: &Path| match plan.text(path) {
        Some(text) => text,
        None => mine(path),
    };
    let renamed: BTreeSet<String> = labs
        .iter()
        .filter_map(|lab| versions.old_name(lab))
        .collect();
    for lab in labs.into_iter().filter(|lab| !renamed.contains(*lab)) {
        let files: Vec<&PathBuf> = changed
            .iter()
            .copied()
            .filter(|path| path.starts_with(Path::new("labs").join(lab)))
            .collect();
        news.labs
            .push(lab_news(git, versions, plan, lab, &files, &after)?);
    }
    Ok(news)
}

fn lab_news(
    git: &Git,
    versions: &Versions<'_>,
    plan: &Plan,
    name: &str,
    files: &[&PathBuf],
    after: &dyn Fn(&Path) -> Option<String>,
) -> Result<LabNews> {
    let folder = Path::new("labs").join(name);
    let yaml = folder.join("lab.yaml");
    let was = versions.old_name(name);
    let declared = |tree: &Tree, lab: &str| -> Result<Option<Result<Lab, _>>> {
        let Some(entry) = tree.get(&Path::new("labs").join(lab).join("lab.yaml")) else {
            return Ok(None);
        };
        let bytes = git.blob(&entry.blob)?;
        Ok(Some(Lab::declared(&String::from_utf8_lossy(&bytes))))
    };
    let old = declared(versions.base, was.as_deref().unwrap_or(name))?;
    let now = declared(versions.new, name)?;
    let unreadable = matches!(now, Some(Err(_)));
    let is_new = old.is_none() && now.is_some();
    let gone = old.is_some() && now.is_none();
    let (old, now) = (old.and_then(Result::ok), now.and_then(Result::ok));
    let tests = folder.join("tests");
    let checks: Vec<PathBuf> = files
        .iter()
        .filter(|path| path.starts_with(&tests))
        .map(|path| (*path).clone())
        .collect();
    let mut tasks = Vec::new();
    if let (Some(old), Some(now)) = (&old, &now) {
        let source = |tree: &Tree, lab: &str, task: &Task| {
            let entry = tree.get(&Path::new("labs").join(lab).join(&task.file))?;
            let bytes = git.blob(&entry.blob).ok()?;
            let source = Source::parse(String::from_utf8(bytes).ok()?).ok()?;
            let region = source.task(&task.id).ok()?;
            Some(header(source.text(), region.line))
        };
        // What the function looked like, and what it looks like.
        let functions = |before: &Task, task: &Task| {
            let before = source(versions.base, was.as_deref().unwrap_or(name), before)?;
            let now = source(versions.new, name, task)?;
            (before != now).then_some(now)
        };
        tasks = changed_tasks(old, now, plan, &functions, &|task| {
            after(&folder.join(task))
        });
    }
    // `lab.yaml` is counted where it is told of: by its tasks. Its translations
    // are of the same texts.
    let told =
        |path: &PathBuf| path.starts_with(&tests) || *path == yaml || language_of(path).is_some();
    // What changed was decided in English, and is told in the reader's language.
    let old = old.map(|old| said(git, versions.base, was.as_deref().unwrap_or(name), old));
    let now = now.map(|now| said(git, versions.new, name, now));
    for task in &mut tasks {
        let id = task.id.as_str();
        let there = |lab: &Option<Lab>| Some(lab.as_ref()?.task(id)?.says.clone());
        if let Some(says) = there(&now).or_else(|| there(&old)) {
            task.says = says;
        }
    }
    let named = now.as_ref().or(old.as_ref());
    Ok(LabNews {
        lab: name.to_owned(),
        title: named.map(|lab| lab.title.clone()).unwrap_or_default(),
        was,
        new: is_new,
        gone,
        tasks,
        checks,
        others: files.iter().filter(|path| !told(path)).count(),
        unreadable,
    })
}

/// A version's lab in the reader's language, if that version can say it so.
fn said(git: &Git, tree: &Tree, name: &str, lab: Lab) -> Lab {
    let folder = Path::new("labs").join(name);
    let files: Vec<&Path> = tree
        .range(folder.clone()..)
        .map(|(path, _)| path.as_path())
        .take_while(|path| path.starts_with(&folder))
        .filter(|path| path.parent() == Some(&folder))
        .collect();
    let translated = || {
        let file = file_in(&files, message::languages())?;
        let bytes = git.blob(&tree.get(file)?.blob).ok()?;
        lab.in_words(file, &String::from_utf8_lossy(&bytes)).ok()
    };
    translated().unwrap_or(lab)
}

fn changed_tasks(
    old: &Lab,
    now: &Lab,
    plan: &Plan,
    functions: &dyn Fn(&Task, &Task) -> Option<String>,
    after: &dyn Fn(&str) -> Option<String>,
) -> Vec<TaskNews> {
    let renamed = |id: &str| {
        plan.notes.iter().find_map(|note| match note {
            Note::Renamed { lab, old, new } if *lab == now.lab && new == id => Some(old.clone()),
            _ => None,
        })
    };
    let mut news = Vec::new();
    let mut known: BTreeSet<String> = BTreeSet::new();
    for task in &now.tasks {
        let old_name = renamed(&task.id);
        let before = old.task(old_name.as_ref().unwrap_or(&task.id));
        let function = before.and_then(|before| functions(before, task));
        let kind = match (before, old_name) {
            (_, Some(old)) => {
                known.insert(old.clone());
                Kind::Renamed { old }
            }
            (None, None) => Kind::New,
            (Some(before), _)
                if before.says != task.says
                    || before.heading != task.heading
                    || function.is_some() =>
            {
                Kind::Changed
            }
            _ => continue,
        };
        let text = after(&task.file).unwrap_or_default();
        let unwritten = Source::parse(text).map_or(Ok(true), |source| source.unwritten(&task.id));
        news.push(TaskNews {
            id: task.id.clone(),
            says: task.says.clone(),
            kind,
            written: !unwritten.unwrap_or(true),
            function,
        });
    }
    let gone = |id: &str| now.task(id).is_none() && !known.contains(id);
    for task in old.tasks.iter().filter(|task| gone(&task.id)) {
        news.push(TaskNews {
            id: task.id.clone(),
            says: task.says.clone(),
            kind: Kind::Gone,
            written: false,
            function: None,
        });
    }
    news
}
