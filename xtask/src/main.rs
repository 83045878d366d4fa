//! The workshop's runner.
//!
//! Each command is a room of its own: `check` builds a lab, lets its check
//! binary observe and judges with [`lab_judge`]; `list`, `hint`, `reset` and
//! `solve` are a learner's other verbs; `sync` and `mistakes` are the
//! maintainers'. What a command says is laid out in `screen`; its words stand in
//! `messages/`, by language.
//!
//! Three names to start from: [`cli::Command`], [`workspace::Workspace`],
//! [`check::run`].

mod book;
mod build;
mod catch_up;
mod check;
mod clean;
mod cli;
mod completions;
mod diff;
mod doctor;
mod escalate;
mod failure;
mod files;
mod generated;
mod hint;
mod list;
mod machine;
mod manifest;
mod measure;
mod message;
mod mistakes;
mod observe;
mod plan;
mod process;
mod progress;
mod reset;
mod rootfs;
mod screen;
mod select;
mod shell;
mod solve;
mod store;
mod sync;
mod terminal;
mod update;
mod vm;
mod waiting;
mod watch;
mod workspace;

use std::process::ExitCode;

use cli::{Cli, Command};
use failure::{Exit, Failure};
use workspace::Workspace;

fn main() -> ExitCode {
    match message::begin().and_then(|()| run(Cli::read().command)) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            screen::failure::print(&failure);
            failure.exit().into()
        }
    }
}

fn run(command: Command) -> Result<Exit, Failure> {
    let workspace = Workspace::find()?;
    if !matches!(command, Command::Doctor(_)) {
        escalate::refuse_cargo_as_root(&workspace)?;
    }
    // What cargo as root wrote would be root's, and what completion did would
    // be done unseen: a shell asks it at each Tab and shows no complaint.
    let completes = matches!(command, Command::Completions(_));
    if !completes && escalate::cargo_as_root(&workspace).is_none() {
        update::resume(&workspace)?;
        remove_unfinished(&workspace);
    }
    match command {
        Command::Check(args) => check::run(&workspace, &args),
        Command::Watch(args) => watch::run(&workspace, &args),
        Command::List => list::run(&workspace),
        Command::Hint(target) => hint::run(&workspace, &target),
        Command::Reset(args) => reset::run(&workspace, &args),
        Command::Solve(args) => solve::run(&workspace, &args),
        Command::CatchUp(args) => catch_up::run(&workspace, &args),
        Command::Diff(args) => diff::run(&workspace, &args),
        Command::Update(args) => update::run(&workspace, &args),
        Command::Doctor(args) => doctor::run(&workspace, &args),
        Command::Shell(args) => shell::run(&workspace, &args),
        Command::Inside(args) => shell::inside::run(&workspace, &args),
        Command::Rootfs(args) => rootfs::run(&workspace, &args),
        Command::Clean(args) => clean::run(&workspace, &args),
        Command::Sync(args) => sync::run(&workspace, &args),
        Command::Mistakes(args) => mistakes::run(&workspace, &args),
        Command::Measure(args) => measure::run(&workspace, &args),
        Command::Book(args) => book::run(&workspace, &args),
        Command::Completions(args) => completions::run(&workspace, &args),
        Command::Plan(args) => plan::run(&workspace, &args),
        Command::Vm(args) => vm::run(&workspace, &args),
    }
}

/// Removes what a killed run had begun to write. What can't be removed is in
/// nobody's way.
fn remove_unfinished(workspace: &Workspace) {
    for folder in ["labs", ".lab"] {
        let _ = files::remove_unfinished(&workspace.root.join(folder));
    }
}
