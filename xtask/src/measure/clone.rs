//! What a newcomer waits for: a fresh clone's first verdict, and the next one.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use super::Figure;
use super::timing::Times;
use crate::workspace::Workspace;

/// A clone in a folder of its own, removed when dropped.
struct Clone {
    folder: PathBuf,
}

impl Clone {
    fn of(workspace: &Workspace) -> Result<Clone> {
        let target = workspace.root.join("target");
        let folder = target.join(format!("measure-{}", std::process::id()));
        let clone = Clone { folder };
        std::fs::create_dir_all(&target).context("create target/")?;
        let made = quiet(
            Command::new("git")
                .args(["clone", "--quiet", "--local"])
                .arg(&workspace.root)
                .arg(&clone.folder),
        )?;
        if !made {
            bail!("git clone of {} failed", workspace.root.display());
        }
        // Downloads are not what is measured.
        if !quiet(clone.cargo(&["fetch", "--quiet", "--locked"]))? {
            bail!("cargo fetch failed: the network is needed once");
        }
        Ok(clone)
    }

    fn cargo(&self, words: &[&str]) -> Command {
        let mut command = Command::new("cargo");
        command.args(words).current_dir(&self.folder);
        command.env("CARGO_TARGET_DIR", self.folder.join("target"));
        // Set by the cargo that started us, for the packages of this checkout.
        command.env_remove("CARGO_MANIFEST_DIR");
        command
    }

    fn path(&self, below: &str) -> PathBuf {
        self.folder.join(below)
    }
}

impl Drop for Clone {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            eprintln!("remove {}: {error}", self.folder.display());
        }
    }
}

/// Runs a command with nothing shown; did it succeed?
fn quiet(mut command: impl std::borrow::BorrowMut<Command>) -> Result<bool> {
    let command = command.borrow_mut();
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let status = command
        .status()
        .with_context(|| format!("start {command:?}"))?;
    Ok(status.success())
}

/// Seconds until a command has ended with the exit status expected.
fn timed(mut command: Command, expected: i32) -> Result<f64> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let begun = Instant::now();
    let output = command
        .output()
        .with_context(|| format!("start {command:?}"))?;
    let seconds = begun.elapsed().as_secs_f64();
    if output.status.code() != Some(expected) {
        let words = String::from_utf8_lossy(&output.stderr);
        bail!(
            "{command:?}: {}, expected {expected}\n{words}",
            output.status
        );
    }
    Ok(seconds)
}

/// From a fresh clone to the reference's eleven green checks and to the
/// starter's to-do list: everything compiled, downloads excluded.
///
/// # Errors
/// The clone can't be made, or the verdict is another than expected.
pub fn first_verdict(workspace: &Workspace) -> Result<Figure> {
    let clone = Clone::of(workspace)?;
    let seconds = timed(clone.cargo(&["xtask", "check", "lab-01"]), 1)?;
    Ok(Figure {
        what: "fresh clone to the first verdict of lab 01, cold, downloads excluded".into(),
        ours: Times::of(vec![seconds]),
        peer: None,
        goal: "at most 45 s on 2 processors",
    })
}

/// After an edit: a whole check of the reference beside compiling alone.
///
/// # Errors
/// As [`first_verdict`].
pub fn warm_check(workspace: &Workspace) -> Result<Figure> {
    let clone = Clone::of(workspace)?;
    let source = clone.path("solutions/lab-01-namespaces/src/container.rs");
    let check = || clone.cargo(&["xtask", "check", "lab-01", "--solution"]);
    let compile = || {
        let package = "solution-01-namespaces";
        clone.cargo(&[
            "test", "--no-run", "--quiet", "-p", package, "--test", "check",
        ])
    };
    timed(check(), 0)?;
    let (mut checks, mut compiles) = (Vec::new(), Vec::new());
    for run in 0..7 {
        edit(&source, run)?;
        checks.push(timed(check(), 0)?);
        edit(&source, run + 100)?;
        compiles.push(timed(compile(), 0)?);
    }
    Ok(Figure {
        what: "warm `check lab-01` after an edit, eleven checks".into(),
        ours: Times::of(checks),
        peer: Some(("compiling alone".into(), Times::of(compiles))),
        goal: "under 3 s, and under 0.7 s more than compiling",
    })
}

/// A change that has to be compiled.
fn edit(source: &Path, number: u32) -> Result<()> {
    let mut file = OpenOptions::new()
        .append(true)
        .open(source)
        .context("edit the reference")?;
    writeln!(file, "pub const EDIT_{number}: u32 = {number};").context("edit the reference")
}
