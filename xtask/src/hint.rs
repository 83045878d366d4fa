//! `cargo xtask hint`: one more each time.

use crate::cli::Target;
use crate::failure::{Exit, Failure};
use crate::message::{listed, say};
use crate::progress::Progress;
use crate::screen;
use crate::select::{self, Selected};
use crate::store::Store;
use crate::workspace::Workspace;

/// Shows a task's hints up to the next one and remembers how many were given.
///
/// # Errors
/// Unknown names; nothing left to hint at; the count can't be remembered.
pub fn run(workspace: &Workspace, target: &Target) -> Result<Exit, Failure> {
    let store = Store::at(&workspace.root);
    let (selected, task) = select::lab_and_task(
        workspace,
        &store,
        target.lab.as_deref(),
        target.task.as_deref(),
    )?;
    let id = match task {
        Some(id) => id,
        None => current_task(workspace, &store, &selected)?,
    };
    let lab = &selected.lab;
    let task = select::task(lab.said(), &id)?;
    let before = store.hints_given(&lab.lab.lab, &task.id);
    let given = (before + 1).min(task.hints.len());
    screen::print(&screen::regions::hints(
        workspace, &lab.lab, task, given, before,
    ));
    store.give_hints(&lab.lab.lab, &task.id, given)?;
    Ok(Exit::Green)
}

/// The task a learner is at: the first whose check was red for the sources as
/// they are now, else the first that is unwritten; in a part when one is named.
///
/// # Errors
/// Every task is written; damaged sources.
pub fn current_task(
    workspace: &Workspace,
    store: &Store,
    selected: &Selected,
) -> Result<String, Failure> {
    let lab = &selected.lab;
    let progress = Progress::of(workspace, store, lab)?;
    let results = store.results(&lab.lab.lab);
    let red = |id: &str| {
        results
            .checks
            .get(id)
            .is_some_and(|verdict| verdict == "red")
    };
    let asked = |task: &str| match &selected.part {
        Some(part) => lab.lab.part_of(task).is_some_and(|of| of.id == *part),
        None => true,
    };
    let mut checks = lab.lab.checks_in_task_order().into_iter();
    let at_red = checks.find(|check| {
        asked(&check.task) && red(&check.id) && !progress.unwritten.contains(&check.task)
    });
    let tasks = || lab.lab.tasks.iter().filter(|task| asked(&task.id));
    let unwritten = tasks().find(|task| progress.unwritten.contains(&task.id));
    match (at_red, unwritten) {
        (Some(check), _) => Ok(check.task.clone()),
        (None, Some(task)) => Ok(task.id.clone()),
        (None, None) => {
            let names: Vec<&str> = tasks().map(|task| task.id.as_str()).collect();
            let what = selected.part.as_ref().unwrap_or(&lab.lab.lab);
            Err(Failure::Usage(say!(
                "hint-all-written",
                lab = what,
                tasks = listed(&names),
            )))
        }
    }
}
