//! The classroom's machines: from nothing to a first verdict inside, and the
//! memory that one of them holds.

use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use super::Figure;
use super::timing::Times;
use crate::vm;
use crate::workspace::Workspace;

/// Starts of QEMU's machines. One of Vagrant's takes minutes: it is tried once.
const RUNS: usize = 3;

/// Seconds to the first verdict by each provider that is usable here. Packages
/// are fetched and the reference is compiled before.
///
/// # Errors
/// Machines run already; they don't start; the verdict isn't green.
pub fn first_verdict(workspace: &Workspace) -> Result<Vec<Figure>> {
    if vm::any_runs(workspace) {
        bail!("machines run here: `cargo xtask vm down` first");
    }
    let mut figures = Vec::new();
    // The first counts for nothing: it fetches and compiles.
    once(workspace, "qemu")?;
    let (mut up, mut verdict, mut memory) = (Vec::new(), Vec::new(), 0);
    for _ in 0..RUNS {
        let run = once(workspace, "qemu")?;
        up.push(run.up);
        verdict.push(run.verdict);
        memory = memory.max(run.memory);
    }
    println!(
        "memory of one machine of QEMU's, after the checks: {} MiB",
        memory / 1024
    );
    figures.push(figure("`vm up` with QEMU", up));
    figures.push(figure(
        "`vm up` with QEMU, to lab 01's first verdict inside",
        verdict,
    ));
    if vm::vagrant_is_usable(workspace) {
        let run = once(workspace, "vagrant")?;
        figures.push(figure("`vm up` with Vagrant", vec![run.up]));
        let what = "`vm up` with Vagrant, to lab 01's first verdict inside";
        figures.push(figure(what, vec![run.verdict]));
    } else {
        println!("skipped: Vagrant with a provider is not usable here");
    }
    Ok(figures)
}

fn figure(what: &str, seconds: Vec<f64>) -> Figure {
    Figure {
        what: what.into(),
        ours: Times::of(seconds),
        peer: None,
        goal: "none, for comparison",
    }
}

/// Seconds since the beginning, and kibibytes.
struct Run {
    up: f64,
    verdict: f64,
    memory: u64,
}

fn once(workspace: &Workspace, provider: &str) -> Result<Run> {
    let down = Down { workspace };
    let begun = Instant::now();
    xtask(workspace, &["vm", "up", "--with", provider])?;
    let up = begun.elapsed().as_secs_f64();
    xtask(workspace, &["vm", "check", "lab-01", "--solution"])?;
    let verdict = begun.elapsed().as_secs_f64();
    let memory = vm::most_memory(workspace);
    drop(down);
    Ok(Run {
        up,
        verdict,
        memory,
    })
}

/// Ends the machines, whatever happened.
struct Down<'a> {
    workspace: &'a Workspace,
}

impl Drop for Down<'_> {
    fn drop(&mut self) {
        if let Err(error) = xtask(self.workspace, &["vm", "down"]) {
            eprintln!("{error:#}");
        }
    }
}

fn xtask(workspace: &Workspace, words: &[&str]) -> Result<()> {
    let own = std::env::current_exe().context("find this program")?;
    let output = Command::new(own)
        .args(words)
        .current_dir(&workspace.root)
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("start {words:?}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("{}: {}, {}", words.join(" "), output.status, said.trim());
    }
    Ok(())
}
