//! `cargo xtask catch-up`: for somebody who begins later than with lab 01. The
//! reference's version of each task before that is put in, and what they had
//! written themselves stays.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use lab_judge::{LabOnDisk, Source, is_starter};

use crate::cli::CatchUpArgs;
use crate::failure::{Exit, Failure};
use crate::files;
use crate::message::say;
use crate::screen;
use crate::select::{self, Selected};
use crate::store::Store;
use crate::sync::starter_names;
use crate::workspace::Workspace;

/// What was done.
#[derive(Debug, Default)]
pub struct CaughtUp {
    pub put: Vec<Put>,
    /// Tasks that were written already.
    pub written: usize,
    /// Files that held something of the learner's, relative to the root, and
    /// where they are as they were.
    pub edited: Vec<PathBuf>,
    pub kept: Option<PathBuf>,
}

/// One task that holds the reference's version now.
#[derive(Debug)]
pub struct Put {
    pub path: PathBuf,
    /// Where its region begins, from 1.
    pub line: usize,
    pub task: String,
    /// Whether more than the starter's `todo!` stood there.
    pub begun: bool,
}

/// Solves what is unwritten before a lab or a part.
///
/// # Errors
/// Unknown names, withheld references, damaged sources; nothing is changed
/// then.
pub fn run(workspace: &Workspace, args: &CatchUpArgs) -> Result<Exit, Failure> {
    let selected = match &args.lab {
        Some(typed) => select::lab(workspace, typed)?,
        None => last_begun(workspace)?,
    };
    let name = selected.part.as_deref().unwrap_or(&selected.lab.lab.lab);
    let before = before(workspace, &selected)?;
    if before.is_empty() {
        screen::print(&screen::catch_up::nothing_before(name));
        return Ok(Exit::Green);
    }
    let mut done = CaughtUp::default();
    let mut changed = BTreeMap::new();
    for (lab, tasks) in &before {
        plan(workspace, lab, tasks, &mut done, &mut changed)?;
    }
    let edited: Vec<&std::path::Path> = done.edited.iter().map(PathBuf::as_path).collect();
    if !edited.is_empty() {
        done.kept = Some(Store::at(&workspace.root).keep_all(&edited)?);
    }
    for (path, text) in &changed {
        files::write(path, text.as_bytes())?;
    }
    screen::print(&screen::catch_up::text(workspace, name, &done));
    Ok(Exit::Green)
}

/// The last lab in which something is written.
fn last_begun(workspace: &Workspace) -> Result<Selected, Failure> {
    for lab in workspace.load_all()?.into_iter().rev() {
        let unwritten = lab
            .unwritten(&lab.dir)
            .map_err(|refusals| workspace.code(&refusals))?;
        if unwritten.len() < lab.lab.tasks.len() {
            return Ok(Selected::whole(lab));
        }
    }
    Err(Failure::Usage(say!("catch-up-which")))
}

/// Each earlier lab with its tasks, and the earlier parts of the lab itself.
fn before(
    workspace: &Workspace,
    selected: &Selected,
) -> Result<Vec<(LabOnDisk, BTreeSet<String>)>, Failure> {
    let mut found = Vec::new();
    for lab in workspace.load_all()? {
        let is_it = lab.dir == selected.lab.dir;
        let parts = lab.lab.parts.iter();
        let parts = parts.take_while(|part| !is_it || Some(&part.id) != selected.part.as_ref());
        let tasks: BTreeSet<String> = match is_it && selected.part.is_none() {
            true => BTreeSet::new(),
            false => parts.flat_map(|part| part.tasks.iter().cloned()).collect(),
        };
        if !tasks.is_empty() {
            found.push((lab, tasks));
        }
        if is_it {
            break;
        }
    }
    Ok(found)
}

/// The new texts of one lab's files. Nothing is written before those of every
/// lab are known.
fn plan(
    workspace: &Workspace,
    lab: &LabOnDisk,
    tasks: &BTreeSet<String>,
    done: &mut CaughtUp,
    changed: &mut BTreeMap<PathBuf, String>,
) -> Result<(), Failure> {
    let mut sources = lab
        .sources(&lab.dir)
        .map_err(|refusals| workspace.code(&refusals))?;
    let reference = workspace.solution(&lab.lab)?;
    let theirs = lab
        .sources(&reference)
        .map_err(|refusals| workspace.usage(&refusals))?;
    for task in lab.lab.tasks.iter().filter(|task| tasks.contains(&task.id)) {
        let fault = |fault: lab_judge::AnchorFault| {
            Failure::Code(format!("{}: task {}: {fault}", task.file, task.id))
        };
        let Some(source) = sources.get_mut(&task.file) else {
            continue;
        };
        if !source.unwritten(&task.id).map_err(fault)? {
            done.written += 1;
            continue;
        }
        let path = lab.dir.join(&task.file);
        let begun = !is_starter(source, &task.id).map_err(fault)?;
        let relative = PathBuf::from(workspace.shown(&path));
        if holds_something(lab, source) && !done.edited.contains(&relative) {
            done.edited.push(relative);
        }
        let reference = &theirs[&task.file];
        let region = reference.task(&task.id).map_err(fault)?;
        let new = source.replaced(&task.id, &starter_names(reference.body(region)));
        *source = new.map_err(fault)?;
        changed.insert(path.clone(), source.text().to_owned());
        done.put.push(Put {
            path,
            line: 0,
            task: task.id.clone(),
            begun,
        });
    }
    // Where a region begins is known when all above it are in.
    for put in &mut done.put {
        let of_task =
            |task: &&lab_judge::Task| task.id == put.task && lab.dir.join(&task.file) == put.path;
        if let Some(task) = lab.lab.tasks.iter().find(of_task) {
            let line = sources[&task.file].task(&task.id).map(|region| region.line);
            put.line = line.unwrap_or(1);
        }
    }
    Ok(())
}

/// Whether a source differs from a starter in any of its tasks, as it stands:
/// then it is kept.
fn holds_something(lab: &LabOnDisk, source: &Source) -> bool {
    let tasks = lab.lab.tasks.iter();
    let mut in_it = tasks.filter(|task| source.task(&task.id).is_ok());
    in_it.any(|task| !is_starter(source, &task.id).unwrap_or(false))
}
