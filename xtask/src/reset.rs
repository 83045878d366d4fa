//! `cargo xtask reset`, and what it shares with `solve`: replacing regions of
//! a learner's files and keeping what stood there.

use std::collections::BTreeSet;
use std::path::PathBuf;

use lab_judge::{LabOnDisk, Source, Task, todo_body};

use crate::cli::RegionArgs;
use crate::failure::{Exit, Failure};
use crate::files;
use crate::hint;
use crate::message::{listed, say};
use crate::screen;
use crate::screen::marks::marks;
use crate::screen::regions::Replaced;
use crate::select::{self, Selected};
use crate::store::Store;
use crate::workspace::Workspace;

/// Puts the starter's `todo!` back.
///
/// # Errors
/// As [`replace`]; names that name nothing.
pub fn run(workspace: &Workspace, args: &RegionArgs) -> Result<Exit, Failure> {
    let store = Store::at(&workspace.root);
    let (lab, tasks) = chosen(workspace, &store, args, "reset")?;
    let body = |task: &Task, indent: &str| Ok(todo_body(task, indent));
    let replaced = replace(workspace, &store, &lab, &tasks, body)?;
    screen::print(&screen::regions::reset(workspace, &replaced));
    Ok(Exit::Green)
}

/// The lab and the tasks that were named. A file is never changed because
/// nothing was named.
///
/// # Errors
/// No task and no `--all`; names that name nothing.
pub fn chosen(
    workspace: &Workspace,
    store: &Store,
    args: &RegionArgs,
    verb: &str,
) -> Result<(LabOnDisk, Vec<String>), Failure> {
    let target = &args.target;
    if target.lab.is_none() {
        let command = format!("cargo xtask {verb} LAB TASK");
        return Err(Failure::Usage(
            say!("regions-name-both", command = command,),
        ));
    }
    let (selected, task) = select::lab_and_task(
        workspace,
        store,
        target.lab.as_deref(),
        target.task.as_deref(),
    )?;
    let at = hint::current_task(workspace, store, &selected).ok();
    let Selected { lab, part, .. } = selected;
    let asked = |task: &&Task| match &part {
        Some(part) => lab.lab.part_of(&task.id).is_some_and(|of| of.id == *part),
        None => true,
    };
    let all: Vec<String> = lab
        .lab
        .tasks
        .iter()
        .filter(asked)
        .map(|task| task.id.clone())
        .collect();
    match task {
        Some(task) => Ok((lab, vec![task])),
        None if args.all => Ok((lab, all)),
        None => {
            let what = part.as_ref().unwrap_or(&lab.lab.lab);
            let tasks = listed(&all);
            Err(Failure::Usage(match at {
                Some(at) => say!("regions-name-task-at", lab = what, tasks = tasks, at = at),
                None => say!("regions-name-task", lab = what, tasks = tasks),
            }))
        }
    }
}

/// Replaces the regions of `tasks` by `body(task, indent)`. Each file that
/// changes is kept first, once.
///
/// # Errors
/// Damaged sources; a copy or a file that can't be written. Nothing is changed
/// before every new text is known.
pub fn replace(
    workspace: &Workspace,
    store: &Store,
    lab: &LabOnDisk,
    tasks: &[String],
    body: impl Fn(&Task, &str) -> Result<String, Failure>,
) -> Result<Vec<Replaced>, Failure> {
    let mut sources = lab
        .sources(&lab.dir)
        .map_err(|refusals| workspace.code(&refusals))?;
    let mut changed: BTreeSet<String> = BTreeSet::new();
    let mut replaced = Vec::new();
    for id in tasks {
        let task = select::task(&lab.lab, id)?;
        let Some(source) = sources.get_mut(&task.file) else {
            continue;
        };
        let (new, line) = replaced_in(source, task, &body)?;
        let path = lab.dir.join(&task.file);
        let is_new = new.text() != source.text();
        if is_new {
            changed.insert(task.file.clone());
            *source = new;
        }
        replaced.push(Replaced {
            task: id.clone(),
            path,
            line,
            changed: is_new,
            kept: None,
        });
    }
    for file in &changed {
        let path: PathBuf = lab.dir.join(file);
        let kept = store.keep(&path)?;
        files::write(&path, sources[file].text().as_bytes())?;
        for one in replaced
            .iter_mut()
            .filter(|one| one.path == path && one.changed)
        {
            one.kept = Some(kept.clone());
        }
    }
    Ok(replaced)
}

fn replaced_in(
    source: &Source,
    task: &Task,
    body: &impl Fn(&Task, &str) -> Result<String, Failure>,
) -> Result<(Source, usize), Failure> {
    let fault = |fault: lab_judge::AnchorFault| {
        Failure::Code(say!(
            "regions-fault",
            file = &task.file,
            task = &task.id,
            fault = marks(&fault),
        ))
    };
    let region = source.task(&task.id).map_err(fault)?;
    let body = body(task, &region.indent)?;
    Ok((
        source.replaced(&task.id, &body).map_err(fault)?,
        region.line,
    ))
}
