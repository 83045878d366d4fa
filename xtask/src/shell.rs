//! `cargo xtask shell`: a workbench for a learner's hands.
//!
//! It has two halves. This one stands outside: it builds, and becomes
//! `workbench shell`. On the workbench the same program is started once more,
//! as [`inside`], puts a home there, greets, and becomes the shell.

mod dialect;
mod home;
pub mod inside;

use std::collections::BTreeSet;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{IsTerminal, stdin};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use crate::build::{self, Messages};
use crate::cli::ShellArgs;
use crate::escalate;
use crate::failure::{Exit, Failure};
use crate::message::say;
use crate::select;
use crate::store::Store;
use crate::workspace::Workspace;

/// Builds the lab's program and the workbench's, then becomes
/// `workbench shell`, which has the terminal to itself and gives the command's
/// exit status.
///
/// # Errors
/// Unknown labs; no terminal for a shell; what keeps cargo or the workbench from
/// starting.
pub fn run(workspace: &Workspace, args: &ShellArgs) -> Result<Exit, Failure> {
    let store = Store::at(&workspace.root);
    let (selected, _) = select::lab_and_task(workspace, &store, args.lab.as_deref(), None)?;
    let lab = selected.lab;
    let way = escalate::way(&lab.lab)?;
    if args.command.is_empty() && !stdin().is_terminal() {
        return Err(Failure::Usage(say!("shell-no-terminal")));
    }
    let name = &lab.lab.lab;
    let build = ["build", "--quiet", "--bins", "-p", name, "-p", "workbench"];
    let built = build::run(&workspace.root, &build, Messages::Shown)?;
    if !built.success {
        return Ok(Exit::Code);
    }
    let (program, workbench) = (built.program(name)?, built.program("workbench")?);
    let own = env::current_exe().context("find this program")?;
    let folder = env::current_dir().context("read the current folder")?;

    let mut command = Command::new(&workbench);
    command.arg("shell");
    // Shown although they may stand where a workbench has an empty directory of
    // its own, as below /tmp.
    let programs = [&program, &workbench, &own].map(|file| file.parent());
    let folders = programs.into_iter().flatten();
    let shown: BTreeSet<&Path> = folders.chain([&*workspace.root, &*folder]).collect();
    for path in shown {
        command.arg("--show").arg(path);
    }
    for (name, value) in environment() {
        let mut setting = OsString::from(name);
        setting.push("=");
        setting.push(value);
        command.arg("--env").arg(setting);
    }
    // A workbench begins in `/`; this program wants to be in its repository.
    command.args(["--", "/bin/sh", "-c", r#"cd "$0" && exec "$@""#]);
    command.arg(&workspace.root).arg(own).arg("inside");
    if let Some(node) = &args.node {
        command.args(["--node", node]);
    }
    command.arg("--folder").arg(folder);
    command.arg(name).args([program, workbench]);
    command.arg("--").args(&args.command);
    command.env("PATH", search_path());
    if let Some(escalation) = escalate::leave(&store, &lab.lab, &way, &command)? {
        command = escalation.of(&command);
    }
    let error = command.exec();
    Err(Failure::Machine(
        anyhow::Error::new(error).context("start workbench shell"),
    ))
}

/// What of the reader's environment counts inside: their shell, and how they
/// want to be spoken to.
fn environment() -> Vec<(&'static str, OsString)> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty());
    let mut kept = Vec::new();
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set);
    kept.extend(locale.map(|locale| ("LC_ALL", locale)));
    kept.extend(set("SHELL").map(|shell| ("SHELL", real(Path::new(&shell)).into())));
    for name in ["COLORTERM", "NO_COLOR"] {
        kept.extend(set(name).map(|value| (name, value)));
    }
    kept
}

/// The reader's own search path. Its folders below `/run` and `/tmp` are empty
/// on a workbench; a link that leads elsewhere, as NixOS has them, is followed.
fn search_path() -> OsString {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).map(|folder| real(&folder));
    // It was a search path before, so it can be put together again; if not, it
    // is better than none.
    env::join_paths(folders).unwrap_or(path)
}

fn real(path: &Path) -> PathBuf {
    let fresh = ["/run", "/tmp"].iter().any(|top| path.starts_with(top));
    match fs::canonicalize(path) {
        Ok(real) if fresh => real,
        _ => path.to_owned(),
    }
}

/// Whether this process stands on a workbench.
fn on_workbench() -> bool {
    env::var_os("WORKBENCH").as_deref() == Some(OsStr::new("1"))
        && Path::new("/.workbench").exists()
}
