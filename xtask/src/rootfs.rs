//! `cargo xtask rootfs`: a root file system to practise on.
//!
//! The workbench's program makes it, with the code that checks use too; here is
//! what a learner types and reads.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use serde::Deserialize;

use crate::build::{self, Messages};
use crate::cli::RootfsArgs;
use crate::failure::{Exit, Failure};
use crate::process::{self, Ended};
use crate::screen;
use crate::workspace::Workspace;

/// Time to make one; it takes a tenth of a second.
const LIMIT: Duration = Duration::from_secs(60);

/// What `workbench rootfs --json` says of the one it made.
#[derive(Debug, Deserialize)]
pub struct Made {
    pub dir: PathBuf,
    /// `busybox` or `host`.
    pub source: String,
    pub programs: u64,
    pub bytes: u64,
    /// Programs of this machine that could not be taken over, with the reason.
    pub left_out: Vec<(String, String)>,
}

/// Makes one, or says that there is one.
///
/// # Errors
/// Something else is in its place; a program is named that there isn't; it
/// can't be made here.
pub fn run(workspace: &Workspace, args: &RootfsArgs) -> Result<Exit, Failure> {
    let build = ["build", "--quiet", "--bins", "-p", "workbench"];
    let built = build::run(&workspace.root, &build, Messages::Shown)?;
    if !built.success {
        return Ok(Exit::Code);
    }
    let workbench = built.program("workbench")?;
    let dir = match &args.dir {
        Some(dir) => dir.clone(),
        None => default_dir(&workbench)?,
    };
    let here = env::current_dir().context("read the current folder")?;
    // Asked for nothing in particular, there is nothing to do.
    let plain = !args.force && args.from.is_none() && args.with.is_empty();
    if plain && dir.join(MARKER).is_file() {
        screen::print(&screen::rootfs::there(
            &shown(&dir, &here),
            args.dir.is_some(),
        ));
        return Ok(Exit::Green);
    }
    let mut options: Vec<OsString> = Vec::new();
    if args.force {
        options.push("--force".into());
    }
    if let Some(source) = &args.from {
        options.extend(["--from".into(), source.into()]);
    }
    for program in &args.with {
        options.extend(["--with".into(), program.clone()]);
    }
    let made = make(&workbench, &options, &dir)?;
    screen::print(&screen::rootfs::made(&made, &shown(&made.dir, &here)));
    Ok(Exit::Green)
}

/// The file that tells one of ours from any other directory.
const MARKER: &str = ".practice-rootfs";

/// Has one made by the workbench's program.
///
/// # Errors
/// What it says.
pub fn make(workbench: &Path, options: &[OsString], dir: &Path) -> Result<Made, Failure> {
    let mut command = Command::new(workbench);
    command.args(["rootfs", "--json"]).args(options).arg("--");
    let ended = process::run(command.arg(dir), LIMIT, 1 << 20)?;
    let said = |ended: &Ended| {
        let said = ended.stderr.trim();
        said.strip_prefix("workbench: ").unwrap_or(said).to_owned()
    };
    match ended.status.code() {
        Some(0) => {
            let made = serde_json::from_str(&ended.stdout);
            Ok(made.context("read what workbench rootfs says")?)
        }
        Some(2) => Err(Failure::Usage(said(&ended))),
        _ => Err(Failure::Machine(
            anyhow!(said(&ended)).context("make a root file system"),
        )),
    }
}

/// `target/rootfs`, wherever cargo builds into.
fn default_dir(workbench: &Path) -> Result<PathBuf> {
    let target = workbench.ancestors().nth(2);
    Ok(target.context("find the target folder")?.join("rootfs"))
}

/// A path as somebody who stands in `here` types it.
fn shown(dir: &Path, here: &Path) -> String {
    let dir = dir.strip_prefix(here).unwrap_or(dir);
    dir.display().to_string()
}
