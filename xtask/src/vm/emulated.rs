//! Machines that this program starts itself, with QEMU.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use vm_agent::Machine;

use super::agent::Agent;
use super::folder::Folder;
use super::image;
use super::keeper::{self, Keeper, Order};
use super::packages::Packages;
use super::qemu::{self, Accelerator};
use super::state::State;
use crate::build::{self, Messages};
use crate::screen;
use crate::workspace::Workspace;

/// How long a machine may take to start. Under emulation it takes about five
/// seconds on a host that does nothing else.
const START: Duration = Duration::from_secs(120);

/// How long one that has started may take to answer a greeting.
pub const GREETING: Duration = Duration::from_secs(15);

/// Machines that have started and answered.
#[derive(Debug)]
pub struct Started {
    pub keeper: Keeper,
    pub accelerator: Accelerator,
    /// By name, with the seconds from QEMU's start to the first answer.
    pub machines: BTreeMap<String, (Machine, f64)>,
}

/// Starts machines and waits until each has answered.
///
/// # Errors
/// What is missing to make or start one; one that doesn't start, with what it
/// said last.
pub fn start(workspace: &Workspace, nodes: &[&str]) -> Result<Started> {
    qemu::ensure_usable()?;
    let folder = Folder::of(workspace);
    folder.create()?;
    sweep(&folder)?;
    let packages = Packages::at(&folder, || {
        // What is printed may be a report for a program.
        screen::print_error(&screen::vm::fetching());
    })?;
    let image = image::make(&folder, &packages, &agent(workspace)?)?;
    let accelerator = qemu::accelerator(&folder, &packages, &image)?;
    let words = |node: &&str| {
        (
            (*node).to_owned(),
            qemu::words(&packages, &image, accelerator, node),
        )
    };
    let begun = Instant::now();
    let mut keeper = Keeper::start(&Order {
        folder: folder.path().to_owned(),
        accelerator,
        machines: nodes.iter().map(words).collect(),
    })?;
    let mut machines = BTreeMap::new();
    for node in nodes {
        let machine = first_answer(&folder, &mut keeper, node, begun + START)?;
        machines.insert((*node).to_owned(), (machine, begun.elapsed().as_secs_f64()));
    }
    Ok(Started {
        keeper,
        accelerator,
        machines,
    })
}

/// Builds the program that answers in the machines.
fn agent(workspace: &Workspace) -> Result<PathBuf> {
    let args = ["build", "--quiet", "-p", "vm-agent", "--bin", "vm-agent"];
    let built = build::run(&workspace.root, &args, Messages::Shown)?;
    let binary = built
        .artifacts
        .into_iter()
        .find(|artifact| artifact.kind == "bin");
    let binary = binary.context("build vm-agent; cargo's words stand above")?;
    Ok(binary.executable)
}

fn first_answer(
    folder: &Folder,
    keeper: &mut Keeper,
    node: &str,
    deadline: Instant,
) -> Result<Machine> {
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let reached = folder.connect(&format!("{node}.agent")).is_ok();
        if left.is_zero() || !keeper.lives() {
            let how = if left.is_zero() {
                "did not start in time"
            } else {
                "ended"
            };
            bail!("{node} {how}; it said last: {}", last_words(folder, node));
        }
        if reached {
            let (_, machine) = Agent::connect(folder, node, left)
                .with_context(|| format!("{node} said last: {}", last_words(folder, node)))?;
            return Ok(machine);
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// The end of what QEMU, else the machine, has written.
fn last_words(folder: &Folder, node: &str) -> String {
    let logs = [format!("{node}.qemu.log"), format!("{node}.log")];
    let texts = logs.map(|log| fs::read(folder.file(&log)).unwrap_or_default());
    let lines = texts.iter().map(|text| {
        let text = String::from_utf8_lossy(text);
        super::packages::last_line(&text).to_owned()
    });
    let mut lines = lines.filter(|line| line != "no reason given");
    lines.next().unwrap_or_else(|| "nothing".into())
}

/// The machines that run, if any do, also those whose keeper was killed.
pub fn running(folder: &Folder) -> Option<State> {
    let state = State::read(folder)?;
    let lives = state.living().next().is_some();
    lives.then_some(state)
}

/// Ends what runs in this folder, whoever started it. Returns the names of the
/// machines that were ended.
///
/// # Errors
/// One lives on; what it left can't be removed.
pub fn end(folder: &Folder) -> Result<Vec<String>> {
    let state = State::read(folder);
    let names = state.iter().flat_map(State::living);
    let names: Vec<String> = names.map(|(name, _)| name.clone()).collect();
    let ended = keeper::end(folder);
    let Some(state) = state else {
        keeper::clear(folder)?;
        return Ok(names);
    };
    if !ended {
        state.keeper.kill();
    }
    // With their keeper they are gone, unless nothing here can see to that.
    for (_, process) in state.living() {
        process.kill();
    }
    let deadline = Instant::now() + Duration::from_secs(5);
    while state.living().next().is_some() {
        if Instant::now() >= deadline {
            let left: Vec<String> = state
                .living()
                .map(|(_, process)| process.pid.to_string())
                .collect();
            bail!(
                "machines live on after SIGKILL: process {}",
                left.join(", ")
            );
        }
        thread::sleep(Duration::from_millis(20));
    }
    keeper::clear(folder)?;
    Ok(names)
}

/// Removes what a killed keeper left; machines that run are left alone.
fn sweep(folder: &Folder) -> Result<()> {
    if running(folder).is_some() {
        bail!("machines of this checkout run already: `cargo xtask vm status`");
    }
    end(folder).map(|_| ())
}
