//! `cargo xtask diff`: a learner's version of a task beside the reference's,
//! once theirs is green, or when they ask for it all the same.

use lab_judge::{LabOnDisk, is_starter};

use crate::cli::DiffArgs;
use crate::failure::{Exit, Failure};
use crate::message::say;
use crate::progress::Progress;
use crate::screen;
use crate::select;
use crate::store::Store;
use crate::sync::starter_names;
use crate::workspace::Workspace;

/// One task in two versions.
#[derive(Debug)]
pub struct Compared {
    pub task: String,
    /// `labs/…/src/x.rs:12`.
    pub place: String,
    /// Nothing when it isn't begun.
    pub mine: Option<String>,
    /// With a learner's names.
    pub reference: String,
}

/// Shows the regions that differ.
///
/// # Errors
/// Unknown names, a withheld reference, damaged sources; a task that isn't
/// green, without `--anyway`.
pub fn run(workspace: &Workspace, args: &DiffArgs) -> Result<Exit, Failure> {
    let store = Store::at(&workspace.root);
    let (lab, task) = match &args.target.lab {
        None => (last_green(workspace, &store)?, None),
        Some(name) => {
            let task = args.target.task.as_deref();
            let (selected, task) = select::lab_and_task(workspace, &store, Some(name), task)?;
            (selected.lab, task)
        }
    };
    let number = lab.lab.number();
    let progress = Progress::of(workspace, &store, &lab)?;
    let shown = |id: &str| args.anyway || is_green(&lab, &progress, id);
    if let Some(task) = task.as_deref().filter(|task| !shown(task)) {
        return Err(Failure::Usage(say!(
            "diff-task-not-green",
            task = task,
            number = number,
        )));
    }
    let wanted = lab.lab.tasks.iter().map(|one| one.id.as_str());
    let wanted = wanted.filter(|id| task.as_deref().is_none_or(|task| task == *id));
    let (chosen, left_out): (Vec<&str>, Vec<&str>) = wanted.partition(|id| shown(id));
    if chosen.is_empty() {
        return Err(Failure::Usage(say!(
            "diff-lab-not-green",
            lab = lab.lab.lab.as_str(),
            number = number,
        )));
    }
    let compared = compared(workspace, &lab, &chosen)?;
    screen::print(&screen::diff::text(&lab.lab, &compared, &left_out));
    Ok(Exit::Green)
}

/// The last lab of which a task is green.
fn last_green(workspace: &Workspace, store: &Store) -> Result<LabOnDisk, Failure> {
    for lab in workspace.load_all()?.into_iter().rev() {
        let progress = Progress::of(workspace, store, &lab)?;
        if lab
            .lab
            .tasks
            .iter()
            .any(|task| is_green(&lab, &progress, &task.id))
        {
            return Ok(lab);
        }
    }
    Err(Failure::Usage(say!("diff-none-green")))
}

/// Whether a task is written and each check that stands on it is green. A check
/// that also stands on a task still to do can't run, and tells nothing of this
/// one.
fn is_green(lab: &LabOnDisk, progress: &Progress, task: &str) -> bool {
    let written = |id: &str| !progress.unwritten.contains(id);
    let mut runnable = lab
        .lab
        .checks
        .iter()
        .filter(|check| check.tasks().any(|one| one == task) && check.tasks().all(written))
        .peekable();
    runnable.peek().is_some() && runnable.all(|check| progress.green.contains(&check.id))
}

fn compared(
    workspace: &Workspace,
    lab: &LabOnDisk,
    tasks: &[&str],
) -> Result<Vec<Compared>, Failure> {
    let reference = workspace.solution(&lab.lab)?;
    let mine = lab
        .sources(&lab.dir)
        .map_err(|refusals| workspace.code(&refusals))?;
    let theirs = lab
        .sources(&reference)
        .map_err(|refusals| workspace.usage(&refusals))?;
    let mut compared = Vec::new();
    for id in tasks {
        let task = select::task(&lab.lab, id)?;
        let fault = |fault: lab_judge::AnchorFault| {
            Failure::Code(format!("{}: task {id}: {fault}", task.file))
        };
        let (mine, theirs) = (&mine[&task.file], &theirs[&task.file]);
        let (region, reference) = (
            mine.task(id).map_err(fault)?,
            theirs.task(id).map_err(fault)?,
        );
        let starter = is_starter(mine, id).map_err(fault)?;
        let file = workspace.shown(&lab.dir.join(&task.file));
        compared.push(Compared {
            task: (*id).to_owned(),
            place: format!("{file}:{}", region.line),
            mine: (!starter).then(|| mine.body(region).to_owned()),
            reference: starter_names(theirs.body(reference)),
        });
    }
    Ok(compared)
}
