//! `cargo xtask hint`: one more each time.

use lab_judge::LabOnDisk;

use crate::cli::Target;
use crate::failure::{Exit, Failure};
use crate::message::{listed, say};
use crate::progress::Progress;
use crate::screen;
use crate::select;
use crate::store::Store;
use crate::workspace::Workspace;

/// Shows a task's hints up to the next one and remembers how many were given.
///
/// # Errors
/// Unknown names; nothing left to hint at; the count can't be remembered.
pub fn run(workspace: &Workspace, target: &Target) -> Result<Exit, Failure> {
    let store = Store::at(&workspace.root);
    let (lab, task) = select::lab_and_task(
        workspace,
        &store,
        target.lab.as_deref(),
        target.task.as_deref(),
    )?;
    let id = match task {
        Some(id) => id,
        None => current_task(workspace, &store, &lab)?,
    };
    let task = select::task(&lab.lab, &id)?;
    let before = store.hints_given(&lab.lab.lab, &task.id);
    let given = (before + 1).min(task.hints.len());
    screen::print(&screen::regions::hints(
        workspace, &lab.lab, task, given, before,
    ));
    store.give_hints(&lab.lab.lab, &task.id, given)?;
    Ok(Exit::Green)
}

/// The task a learner is at: the first whose check was red for the sources as
/// they are now, else the first that is unwritten.
fn current_task(workspace: &Workspace, store: &Store, lab: &LabOnDisk) -> Result<String, Failure> {
    let progress = Progress::of(workspace, store, lab)?;
    let results = store.results(&lab.lab.lab);
    let red = |id: &str| {
        results
            .checks
            .get(id)
            .is_some_and(|verdict| verdict == "red")
    };
    let mut checks = lab.lab.checks_in_task_order().into_iter();
    let at_red = checks.find(|check| red(&check.id) && !progress.unwritten.contains(&check.task));
    let unwritten = lab
        .lab
        .tasks
        .iter()
        .find(|task| progress.unwritten.contains(&task.id));
    match (at_red, unwritten) {
        (Some(check), _) => Ok(check.task.clone()),
        (None, Some(task)) => Ok(task.id.clone()),
        (None, None) => {
            let names: Vec<&str> = lab.lab.tasks.iter().map(|task| task.id.as_str()).collect();
            Err(Failure::Usage(say!(
                "hint-all-written",
                lab = &lab.lab.lab,
                tasks = listed(&names),
            )))
        }
    }
}
