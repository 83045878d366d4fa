//! `cargo xtask solve`: the reference's version of a task, when asked for.

use lab_judge::Task;

use crate::cli::RegionArgs;
use crate::failure::{Exit, Failure};
use crate::message::say;
use crate::reset;
use crate::screen;
use crate::screen::marks::marks;
use crate::store::Store;
use crate::sync::starter_names;
use crate::workspace::Workspace;

/// Puts the reference's regions in and keeps the learner's.
///
/// # Errors
/// The reference is withheld; as [`reset::replace`].
pub fn run(workspace: &Workspace, args: &RegionArgs) -> Result<Exit, Failure> {
    let store = Store::at(&workspace.root);
    let (lab, tasks) = reset::chosen(workspace, &store, args, "solve")?;
    let reference = workspace.solution(&lab.lab)?;
    let sources = lab
        .sources(&reference)
        .map_err(|refusals| workspace.usage(&refusals))?;
    let body = |task: &Task, _: &str| {
        let source = &sources[&task.file];
        let region = source.task(&task.id);
        let region = region.map_err(|fault| {
            Failure::Usage(say!(
                "regions-reference-fault",
                file = &task.file,
                fault = marks(&fault),
            ))
        })?;
        Ok(starter_names(source.body(region)))
    };
    let replaced = reset::replace(workspace, &store, &lab, &tasks, body)?;
    screen::print(&screen::regions::solve(workspace, &lab.lab, &replaced));
    Ok(Exit::Green)
}
