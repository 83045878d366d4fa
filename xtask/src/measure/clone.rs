//! What a newcomer waits for: a fresh clone's first verdict.

use std::borrow::BorrowMut;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::family::{Family, Figure, Goal, Samples, Taken, Unit};
use crate::build::target_folder;
use crate::process;
use crate::workspace::Workspace;

const VERDICT: Figure = Figure {
    name: "verdict",
    what: "a clone's first verdict",
    peer: None,
    goal: Some(Goal::Ours(45.0)),
};

pub const FAMILY: Family = Family {
    name: "clone",
    says: "a fresh clone's first verdict, downloads excluded",
    figures: &[VERDICT],
    unit: Unit::Seconds,
    measure,
    inside: None,
    only_named: false,
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
    /// Clones what is committed. What an interrupted run left is removed.
    ///
    /// # Errors
    /// git or cargo refuses.
    pub fn of(workspace: &Workspace) -> Result<Clone> {
        let clones = target_folder(&workspace.root)?.join("measure/clones");
        std::fs::create_dir_all(&clones).with_context(|| format!("create {}", clones.display()))?;
        remove_abandoned(&clones)?;
        let folder = clones.join(std::process::id().to_string());
        let clone = Clone { folder };
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
fn quiet(mut command: impl BorrowMut<Command>) -> Result<bool> {
    let ended = process::run(command.borrow_mut(), LIMIT, OUTPUT)?;
    Ok(ended.status.success())
}

/// Time for one command: everything compiled on a slow and busy machine.
const LIMIT: Duration = Duration::from_secs(1200);

/// Bytes of a command's output that are kept.
const OUTPUT: u64 = 64 * 1024;

/// Seconds until a command has ended with the exit status expected.
///
/// # Errors
/// It can't be started, takes too long, or ends otherwise.
pub fn timed(mut command: Command, expected: i32) -> Result<f64> {
    let begun = Instant::now();
    let ended = process::run(&mut command, LIMIT, OUTPUT)?;
    let seconds = begun.elapsed().as_secs_f64();
    if ended.status.code() != Some(expected) {
        bail!(
            "{command:?}: {}, expected {expected}\n{}",
            ended.status,
            ended.stderr
        );
    }
    Ok(seconds)
}

/// Removes clones whose process is gone: nobody drops them any more.
fn remove_abandoned(clones: &Path) -> Result<()> {
    let entries =
        std::fs::read_dir(clones).with_context(|| format!("read {}", clones.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("read {}", clones.display()))?;
        if !Path::new("/proc").join(entry.file_name()).exists() {
            let removed = std::fs::remove_dir_all(entry.path());
            removed.with_context(|| format!("remove {}", entry.path().display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_clones_of_the_dead_are_removed() {
        let clones = std::env::temp_dir().join(format!("clones-{}", std::process::id()));
        let (own, dead) = (
            clones.join(std::process::id().to_string()),
            clones.join("4194305"),
        );
        for folder in [&own, &dead] {
            std::fs::create_dir_all(folder.join("target")).expect("create");
        }
        remove_abandoned(&clones).expect("remove");
        assert_eq!((own.exists(), dead.exists()), (true, false));
        std::fs::remove_dir_all(clones).expect("remove");
    }
}
