//! One lab's sources merged by task region.
//!
//! Each version of a source is taken apart into its *frame*, which is the text
//! with the tasks' regions emptied, and the regions' bodies. Frames are merged
//! by lines. Bodies are not merged: what a learner wrote goes back whole, and
//! where they had written nothing the new starter's stands. A task is looked
//! for in the whole lab, because it may have moved to another file, and under
//! its old name, because it may have been renamed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Result;
use lab_judge::{AnchorFault, Source, is_starter};

use super::git::Git;
use super::lines::{self, Merged};

/// A region as one version has it.
#[derive(Debug, Clone)]
struct Region {
    body: String,
    /// Whether it holds a lone `todo!`.
    starter: bool,
    /// The code above its mark: the function it is the body of.
    header: String,
}

/// The regions of a lab's changed sources, in three versions.
#[derive(Debug, Default)]
pub struct Regions {
    base: BTreeMap<String, Region>,
    mine: BTreeMap<String, (PathBuf, Region)>,
    new: BTreeMap<String, Region>,
    /// New names of tasks, to the old ones.
    renamed: BTreeMap<String, String>,
}

/// The versions of one source.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    pub base: &'a Source,
    pub mine: &'a Source,
    pub new: &'a Source,
}

impl Regions {
    /// Adds what a source of upstream's last version has.
    pub fn add_base(&mut self, source: &Source) {
        self.base.extend(regions(source));
    }

    /// Adds what a source of the learner's has.
    pub fn add_mine(&mut self, path: &Path, source: &Source) {
        let found = regions(source).map(|(name, region)| (name, (path.to_owned(), region)));
        self.mine.extend(found);
    }

    /// Adds what a source of upstream's new version has.
    pub fn add_new(&mut self, source: &Source) {
        self.new.extend(regions(source));
    }

    /// Finds the tasks that only got another name, once every source is added:
    /// the same function, or the same words in the `todo!`.
    pub fn find_renamed(&mut self) {
        let task = |(name, region): (&String, &Region)| region.starter.then(|| name.clone());
        let gone = self.base.iter().filter_map(task);
        let gone: Vec<String> = gone.filter(|name| !self.new.contains_key(name)).collect();
        let come = self.new.iter().filter_map(task);
        let come: Vec<String> = come.filter(|name| !self.base.contains_key(name)).collect();
        let same = |old: &str, new: &str| {
            let (old, new) = (&self.base[old], &self.new[new]);
            let function = old.header.contains("fn ") && old.header == new.header;
            function || old.body.trim() == new.body.trim()
        };
        let mut renamed = BTreeMap::new();
        for new in &come {
            let olds: Vec<&String> = gone.iter().filter(|old| same(old, new)).collect();
            let of_one = |old: &str| come.iter().filter(|new| same(old, new)).count() == 1;
            if let [old] = olds.as_slice() {
                if of_one(old) {
                    renamed.insert(new.clone(), (*old).clone());
                }
            }
        }
        self.renamed = renamed;
    }

    /// Renamed tasks, old name and new.
    pub fn renamed(&self) -> impl Iterator<Item = (&str, &str)> {
        self.renamed
            .iter()
            .map(|(new, old)| (old.as_str(), new.as_str()))
    }

    /// The names whose regions are a learner's: a task is a lone `todo!` in
    /// upstream's last version or in its new one.
    fn tasks(&self) -> BTreeSet<&str> {
        let starters = self.base.iter().chain(&self.new);
        starters
            .filter(|(_, region)| region.starter)
            .map(|(name, _)| name.as_str())
            .collect()
    }

    /// A fault in the learner's marks that merging would hide: a task's region
    /// that both of upstream's versions have and the learner's source hasn't.
    ///
    /// # Errors
    /// The first such task.
    pub fn lost_marks(&self, sources: Sources<'_>) -> Result<(), AnchorFault> {
        for name in self.tasks() {
            let there = |source: &Source| source.regions().iter().any(|one| one.name == name);
            if there(sources.base) && there(sources.new) && !self.mine.contains_key(name) {
                sources.mine.task(name)?;
            }
        }
        Ok(())
    }

    /// Merges one source. Conflicts are places in the merged text.
    ///
    /// # Errors
    /// git can't merge the frames.
    pub fn merge(&self, git: &Git, room: &Path, sources: Sources<'_>) -> Result<Merged> {
        let tasks = self.tasks();
        let [base, mine, new] =
            [sources.base, sources.mine, sources.new].map(|source| frame(source, &tasks));
        let merged = lines::merge(git, room, base.text(), mine.text(), new.text())?;
        match Source::parse(merged.text.as_str()) {
            Ok(parsed) => Ok(self.filled(parsed, sources.new, merged.conflicts)),
            // Marks that cross each other after merging: then the frame is the
            // new one, and all of the learner's is the conflict.
            Err(_) => {
                let whole = lines::Conflict {
                    line: 1,
                    mine: mine.text().to_owned(),
                    new: new.text().to_owned(),
                };
                Ok(self.filled(new, sources.new, vec![whole]))
            }
        }
    }

    /// The new version of a source that the learner hasn't, or has as upstream
    /// had it, with what they wrote elsewhere of its tasks.
    pub fn placed(&self, new: &Source) -> String {
        self.filled(frame(new, &self.tasks()), new, Vec::new()).text
    }

    /// A frame with its bodies.
    fn filled(&self, frame: Source, new: &Source, conflicts: Vec<lines::Conflict>) -> Merged {
        let tasks = self.tasks();
        let mut filled = frame.clone();
        let mut longer: Vec<(usize, usize)> = Vec::new();
        for region in frame.regions() {
            if !tasks.contains(region.name.as_str()) {
                continue;
            }
            let Some(body) = self.body(&region.name, new) else {
                continue;
            };
            if let Ok(with_body) = filled.replaced(&region.name, body) {
                filled = with_body;
                longer.push((region.line, body.lines().count()));
            }
        }
        let moved = |mut conflict: lines::Conflict| {
            let before = longer.iter().filter(|(line, _)| *line < conflict.line);
            conflict.line += before.map(|(_, lines)| lines).sum::<usize>();
            conflict
        };
        Merged {
            text: filled.text().to_owned(),
            conflicts: conflicts.into_iter().map(moved).collect(),
        }
    }

    /// Whether a region of the learner's holds something that isn't upstream's.
    fn is_written(&self, name: &str, mine: &Region) -> bool {
        let base = self.base.get(name);
        !mine.starter && base.is_none_or(|base| base.body != mine.body)
    }

    /// What stands in a task's region afterwards.
    fn body<'a>(&'a self, name: &str, new: &'a Source) -> Option<&'a str> {
        let theirs = new.task(name).ok().map(|region| new.body(region));
        let given = self.new.get(name).is_some_and(|region| !region.starter);
        let old = self.renamed.get(name).map_or(name, String::as_str);
        let mine = self.mine.get(old).map(|(_, region)| region);
        match mine {
            // Upstream gives what was a task: the rest is written for it.
            _ if given => theirs,
            Some(mine) if self.is_written(old, mine) => Some(&mine.body),
            mine => theirs.or(mine.map(|mine| mine.body.as_str())),
        }
    }

    /// Tasks the learner wrote whose body stands in none of the lab's sources
    /// any more, with the file it stood in.
    pub fn homeless(&self, merged: &[Source]) -> Vec<(String, PathBuf)> {
        let tasks = self.tasks();
        let home = |name: &str, body: &str| {
            merged.iter().any(|source| {
                let mut all = source.regions().iter();
                all.any(|one| {
                    let old = self.renamed.get(&one.name).unwrap_or(&one.name);
                    old == name && source.body(one) == body
                })
            })
        };
        self.mine
            .iter()
            .filter(|(name, (_, region))| {
                let is_task = tasks.contains(name.as_str());
                is_task && self.is_written(name, region) && !home(name, &region.body)
            })
            .map(|(name, (path, _))| (name.clone(), path.clone()))
            .collect()
    }
}

/// The regions that could be tasks: those that hold no other.
fn regions(source: &Source) -> impl Iterator<Item = (String, Region)> + '_ {
    source.regions().iter().filter_map(|region| {
        let name = &region.name;
        source.task(name).ok()?;
        let found = Region {
            body: source.body(region).to_owned(),
            starter: is_starter(source, name).unwrap_or(false),
            header: header(source.text(), region.line),
        };
        Some((name.clone(), found))
    })
}

/// The code above line `mark` (from 1), from the line of its function on: most
/// often the function's signature, in one line.
pub fn header(text: &str, mark: usize) -> String {
    let above: Vec<&str> = text.lines().take(mark - 1).map(str::trim).collect();
    let code = |line: &&&str| !line.is_empty() && !line.starts_with("//");
    let near = above.iter().rev().filter(code).take(SIGNATURE);
    let near: Vec<&str> = near.copied().collect();
    let begins = |line: &&str| line.starts_with("fn ") || line.contains(" fn ");
    // Without a function in sight the nearest line has to do.
    let length = near.iter().position(begins).map_or(1, |at| at + 1);
    let mut header: Vec<&str> = near.into_iter().take(length).collect();
    header.reverse();
    header.join(" ")
}

/// Lines of code above a region among which its function is looked for.
const SIGNATURE: usize = 12;

fn frame(source: &Source, tasks: &BTreeSet<&str>) -> Source {
    let mut frame = source.clone();
    for name in tasks {
        if let Ok(emptied) = frame.replaced(name, "") {
            frame = emptied;
        }
    }
    frame
}
