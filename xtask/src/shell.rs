//! `cargo xtask shell`: a workbench for a learner's hands.

use std::env;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use crate::build::{self, Artifact, Messages};
use crate::cli::ShellArgs;
use crate::failure::{Exit, Failure};
use crate::select;
use crate::store::Store;
use crate::workspace::Workspace;

/// Builds the lab's binary and the workbench's, then becomes
/// `workbench shell`, which has the terminal to itself and gives its own exit
/// status.
///
/// # Errors
/// Unknown labs; what keeps cargo or the workbench from starting.
pub fn run(workspace: &Workspace, args: &ShellArgs) -> Result<Exit, Failure> {
    let store = Store::at(&workspace.root);
    let (selected, _) = select::lab_and_task(workspace, &store, args.lab.as_deref(), None)?;
    let name = &selected.lab.lab.lab;
    let build = ["build", "--quiet", "--bins", "-p", name, "-p", "workbench"];
    let built = build::run(&workspace.root, &build, Messages::Shown)?;
    if !built.success {
        return Ok(Exit::Code);
    }
    let binary = |named: &str| -> Result<PathBuf, Failure> {
        let found = |artifact: &&Artifact| artifact.kind == "bin" && artifact.name == named;
        let artifact = built.artifacts.iter().find(found);
        Ok(artifact
            .with_context(|| format!("cargo built no program {named}"))?
            .executable
            .clone())
    };
    let (lab, workbench) = (binary(name)?, binary("workbench")?);
    let folder = lab.parent().unwrap_or(Path::new("/"));
    let rest = env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(folder.to_owned()).chain(env::split_paths(&rest));
    let path = env::join_paths(all).context("put the lab's folder on PATH")?;
    // Shown although it may stand where a workbench has an empty directory of
    // its own, as below /tmp.
    let error = Command::new(workbench)
        .args(["shell", "--show"])
        .arg(folder)
        .env("PATH", path)
        .exec();
    Err(Failure::Machine(
        anyhow::Error::new(error).context("start workbench shell"),
    ))
}
