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
mod check;
mod clean;
mod cli;
mod failure;
mod files;
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
mod screen;
mod select;
mod shell;
mod solve;
mod store;
mod sync;
mod vm;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Command};
use failure::{Exit, Failure};
use workspace::Workspace;

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            screen::failure::print(&failure);
            failure.exit().into()
        }
    }
}

fn run(command: Command) -> Result<Exit, Failure> {
    let workspace = Workspace::find()?;
    match command {
        Command::Check(args) => check::run(&workspace, &args),
        Command::List => list::run(&workspace),
        Command::Hint(target) => hint::run(&workspace, &target),
        Command::Reset(args) => reset::run(&workspace, &args),
        Command::Solve(args) => solve::run(&workspace, &args),
        Command::Shell(args) => shell::run(&workspace, &args),
        Command::Clean(args) => clean::run(&workspace, &args),
        Command::Sync(args) => sync::run(&workspace, &args),
        Command::Mistakes(args) => mistakes::run(&workspace, &args),
        Command::Measure(args) => measure::run(&workspace, &args),
        Command::Book(args) => book::run(&workspace, &args),
        Command::Plan(args) => plan::run(&workspace, &args),
        Command::Vm(args) => vm::run(&workspace, &args),
    }
}
