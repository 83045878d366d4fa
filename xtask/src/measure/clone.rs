//! What a newcomer waits for: a fresh clone's first verdict.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use super::family::{Family, Figure, Goal, Samples, Taken};
use crate::workspace::Workspace;

const VERDICT: Figure = Figure {
    name: "verdict",
    what: "a clone's first verdict",
    peer: None,
    goal: Some(Goal::Ours(45.0)),
};

pub const FAMILY: Family = Family {
    name: "clone",
    says: "a fresh clone's first verdict on lab 01, downloads excluded",
    figures: &[VERDICT],
    measure,
    inside: None,
};

/// From a fresh clone to the starter's to-do list: everything compiled. Once:
/// it takes most of a minute, and nothing in it is short enough to be noise.
fn measure(workspace: &Workspace) -> Result<Vec<Taken>> {
    let clone = Clone::of(workspace)?;
    let seconds = timed(clone.cargo(&["xtask", "check", "lab-01"]), 1)?;
    let samples = Samples {
        ours: vec![seconds],
        peer: Vec::new(),
    };
    Ok(vec![Taken::of(&VERDICT, samples)])
}

/// A clone in a folder of its own, removed when dropped.
pub struct Clone {
    folder: PathBuf,
}

impl Clone {
    /// # Errors
    /// git or cargo refuses.
    pub fn of(workspace: &Workspace) -> Result<Clone> {
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

    /// cargo in it, with a target folder of its own.
    pub fn cargo(&self, words: &[&str]) -> Command {
        let mut command = Command::new("cargo");
        command.args(words).current_dir(&self.folder);
        command.env("CARGO_TARGET_DIR", self.folder.join("target"));
        // Set by the cargo that started us, for the packages of this checkout.
        command.env_remove("CARGO_MANIFEST_DIR");
        command
    }

    pub fn path(&self, below: &str) -> PathBuf {
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
///
/// # Errors
/// It can't be started, or ends otherwise.
pub fn timed(mut command: Command, expected: i32) -> Result<f64> {
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
