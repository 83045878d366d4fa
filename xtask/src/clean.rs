//! `cargo xtask clean`: what interrupted runs left on this machine.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::build;
use crate::cli::CleanArgs;
use crate::failure::{Exit, Failure};
use crate::message::say;
use crate::process;
use crate::screen;
use crate::store::Store;
use crate::vm;
use crate::waiting::Waiting;
use crate::workspace::Workspace;

/// Time for one program to clean up.
const LIMIT: Duration = Duration::from_secs(30);

/// Bytes of its report that are shown.
const OUTPUT: u64 = 64 * 1024;

/// One thing that was done, and what it said.
#[derive(Debug)]
pub struct Done {
    pub what: String,
    pub said: String,
    pub success: bool,
}

/// Runs the workbench's sweep and the `clean` of each lab whose program is
/// built, and ends virtual machines; with `--all`, forgets results and hints.
///
/// # Errors
/// cargo can't say where programs are; the store can't be removed.
pub fn run(workspace: &Workspace, args: &CleanArgs) -> Result<Exit, Failure> {
    let programs = build::target_folder(&workspace.root)?.join("debug");
    let waiting = Waiting::on(say!("waiting-clean"));
    let mut done = Vec::new();
    done.extend(program(&programs.join("workbench"), "sweep"));
    for dir in workspace.lab_dirs()? {
        if let Some(name) = dir.file_name() {
            done.extend(program(&programs.join(name), "clean"));
        }
    }
    done.extend(machines(workspace));
    drop(waiting);
    let forgotten = if args.all {
        Store::at(&workspace.root).forget()?
    } else {
        Vec::new()
    };
    screen::print(&screen::clean::text(&done, &forgotten, args.all));
    let failed = done.iter().any(|one| !one.success);
    Ok(if failed { Exit::Machine } else { Exit::Green })
}

/// Ends the virtual machines, if any run.
fn machines(workspace: &Workspace) -> Option<Done> {
    let (said, success) = match vm::end(workspace) {
        Ok(ended) if ended.is_empty() => return None,
        Ok(ended) => (ended.join(", "), true),
        Err(error) => (format!("{error:#}"), false),
    };
    let what = "vm down".to_owned();
    Some(Done {
        what,
        said,
        success,
    })
}

/// Runs one program if it is built.
fn program(program: &Path, verb: &str) -> Option<Done> {
    if !program.is_file() {
        return None;
    }
    let name = program.file_name()?.to_string_lossy().into_owned();
    let what = format!("{name} {verb}");
    Some(
        match process::run(Command::new(program).arg(verb), LIMIT, OUTPUT) {
            Ok(ended) => Done {
                what,
                said: format!("{}{}", ended.stdout, ended.stderr),
                success: ended.status.success(),
            },
            Err(error) => Done {
                what,
                said: format!("{error:#}"),
                success: false,
            },
        },
    )
}
