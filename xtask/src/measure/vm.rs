//! The classroom's machines: from nothing to a first verdict inside.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::family::{Family, Figure, Samples, Taken, Unit};
use crate::message::say;
use crate::process;
use crate::screen;
use crate::vm;
use crate::workspace::Workspace;

/// Starts of QEMU's machines. One of Vagrant's takes minutes: it is tried once.
const RUNS: usize = 3;

const QEMU_UP: Figure = figure("qemu-up", "up with QEMU");
const QEMU_VERDICT: Figure = figure("qemu-verdict", "QEMU, to the first verdict");
const VAGRANT_UP: Figure = figure("vagrant-up", "up with Vagrant");
const VAGRANT_VERDICT: Figure = figure("vagrant-verdict", "Vagrant, to the verdict");

const fn figure(name: &'static str, what: &'static str) -> Figure {
    Figure {
        name,
        what,
        peer: None,
        goal: None,
    }
}

pub const FAMILY: Family = Family {
    name: "vm",
    says: "two machines from nothing to lab 01's verdict inside",
    figures: &[QEMU_UP, QEMU_VERDICT, VAGRANT_UP, VAGRANT_VERDICT],
    unit: Unit::Seconds,
    measure,
    inside: None,
    only_named: true,
};

/// By each provider that is usable here. Packages are fetched and the reference
/// is compiled before.
fn measure(workspace: &Workspace) -> Result<Vec<Taken>> {
    if vm::any_runs(workspace) {
        bail!("machines run here: `cargo xtask vm down` first");
    }
    // The first counts for nothing: it fetches and compiles.
    once(workspace, "qemu")?;
    let mut taken = Vec::new();
    taken.extend(provider(workspace, "qemu", RUNS, &QEMU_UP, &QEMU_VERDICT)?);
    if vm::vagrant_is_usable(workspace) {
        let (up, verdict) = (&VAGRANT_UP, &VAGRANT_VERDICT);
        taken.extend(provider(workspace, "vagrant", 1, up, verdict)?);
    } else {
        taken.extend([&VAGRANT_UP, &VAGRANT_VERDICT].map(Taken::skipped));
    }
    Ok(taken)
}

fn provider(
    workspace: &Workspace,
    name: &str,
    runs: usize,
    up: &Figure,
    verdict: &Figure,
) -> Result<[Taken; 2]> {
    let (mut ups, mut verdicts, mut memory) = (Samples::default(), Samples::default(), 0);
    for _ in 0..runs {
        let run = once(workspace, name)?;
        ups.ours.push(run.up);
        verdicts.ours.push(run.verdict);
        memory = memory.max(run.memory);
    }
    if memory > 0 {
        let mebibytes = memory / 1024;
        let words = say!("measure-vm-memory", provider = name, mebibytes = mebibytes);
        screen::print_error(&screen::wrap("", 0, 0, &words));
    }
    Ok([Taken::of(up, ups), Taken::of(verdict, verdicts)])
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
            screen::print_error(&format!("{error:#}\n"));
        }
    }
}

/// Time for one command: a machine that is made from a box takes minutes.
const LIMIT: Duration = Duration::from_secs(1200);

/// Bytes of a command's output that are kept.
const OUTPUT: u64 = 64 * 1024;

fn xtask(workspace: &Workspace, words: &[&str]) -> Result<()> {
    let own = std::env::current_exe().context("find this program")?;
    let mut command = Command::new(own);
    command.args(words).current_dir(&workspace.root);
    let ended = process::run(&mut command, LIMIT, OUTPUT)?;
    if !ended.status.success() {
        let said = ended.stderr.trim();
        bail!("{}: {}, {said}", words.join(" "), ended.status);
    }
    Ok(())
}
