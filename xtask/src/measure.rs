//! The one place for figures: each is measured beside what it is compared
//! with, in one run, and printed with it.
//!
//! Programs are timed as whole processes from outside, in turns (ours, peer,
//! ours, peer, …), so that a machine that slows down slows both. Medians.

mod clone;
mod inside;
mod timing;
mod vm;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::cli::{MeasureArgs, MeasureWhat};
use crate::failure::{Exit, Failure};
use crate::workspace::Workspace;
use timing::{Pair, in_turns};

/// One line of the table.
#[derive(Debug)]
pub struct Figure {
    what: String,
    /// Seconds: median, and the range of the runs.
    ours: timing::Times,
    /// What it is compared with, and its seconds.
    peer: Option<(String, timing::Times)>,
    /// What was promised, in words.
    goal: &'static str,
}

/// Measures what was asked for, or everything that takes no machines.
///
/// # Errors
/// A program that is measured fails, or can't be built.
pub fn run(workspace: &Workspace, args: &MeasureArgs) -> Result<Exit, Failure> {
    let all = [
        MeasureWhat::Clone,
        MeasureWhat::Check,
        MeasureWhat::Workbench,
        MeasureWhat::Run,
    ];
    let wanted = if args.what.is_empty() {
        &all[..]
    } else {
        &args.what
    };
    // The half on a workbench adds to a table that has begun.
    if *wanted != [MeasureWhat::Inside] {
        println!("{}", machine());
    }
    for what in wanted {
        for figure in figures(workspace, *what)? {
            println!("{figure}");
        }
    }
    Ok(Exit::Green)
}

fn figures(workspace: &Workspace, what: MeasureWhat) -> Result<Vec<Figure>> {
    match what {
        MeasureWhat::Clone => clone::first_verdict(workspace).map(|figure| vec![figure]),
        MeasureWhat::Check => clone::warm_check(workspace).map(|figure| vec![figure]),
        MeasureWhat::Workbench => workbench(workspace).map(|figure| vec![figure]),
        MeasureWhat::Run => container(workspace),
        MeasureWhat::Vm => vm::first_verdict(workspace),
        MeasureWhat::Inside => inside::run_against_crun(),
    }
}

/// One empty workbench, beside the bare start of the program it runs.
fn workbench(workspace: &Workspace) -> Result<Figure> {
    let programs = released(workspace)?;
    let mut ours = Command::new(programs.join("workbench"));
    ours.args(["run", "--", "/bin/true"]);
    let Pair { ours, peer } = in_turns(&mut ours, &mut Command::new("/bin/true"), 50)?;
    Ok(Figure {
        what: "one empty workbench made and removed".into(),
        ours,
        peer: Some(("/bin/true alone".into(), peer)),
        goal: "under 20 ms as root",
    })
}

/// A container beside crun's, on a workbench: crun wants a cgroup v2 mount, and
/// gets one that isn't the host's.
fn container(workspace: &Workspace) -> Result<Vec<Figure>> {
    if !on_path("crun") {
        println!("skipped: crun is not installed (package crun)");
        return Ok(Vec::new());
    }
    let programs = released(workspace)?;
    let own = std::env::current_exe().context("find this program")?;
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(programs.clone()).chain(std::env::split_paths(&path));
    let mut path = std::ffi::OsString::from("PATH=");
    path.push(std::env::join_paths(all).context("put the release programs on PATH")?);
    let status = Command::new(programs.join("workbench"))
        .args(["run", "--time-limit", "120", "--show"])
        .arg(&programs)
        .arg("--env")
        .arg(path)
        // A workbench begins in `/`; this program wants to be in its repository.
        .args(["--", "sh", "-c", r#"cd "$0" && exec "$@""#])
        .arg(&workspace.root)
        .arg(own)
        .args(["measure", "inside"])
        .current_dir(&workspace.root)
        .status()
        .context("start a workbench")?;
    if !status.success() {
        bail!("measure on a workbench: {status}");
    }
    Ok(Vec::new())
}

/// Builds the release programs and says where they are.
fn released(workspace: &Workspace) -> Result<PathBuf> {
    let status = Command::new("cargo")
        .args([
            "build",
            "--quiet",
            "--release",
            "-p",
            "workbench",
            "-p",
            "solution-01-namespaces",
        ])
        .current_dir(&workspace.root)
        .stdin(Stdio::null())
        .status()
        .context("start cargo")?;
    if !status.success() {
        bail!("build the release programs: {status}");
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.unwrap_or_else(|| workspace.root.join("target"));
    Ok(target.join("release"))
}

fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|directory| directory.join(program).is_file())
}

/// What a figure depends on.
fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(Path::new(path)).unwrap_or_default();
    let processors = std::thread::available_parallelism().map_or(1, |count| count.get());
    let release = read("/proc/sys/kernel/osrelease");
    format!(
        "{processors} processors, Linux {}, medians [least–most]",
        release.trim()
    )
}
