//! `cargo xtask vm`: the classroom's two machines.
//!
//! Vagrant makes them where it is usable: a whole Debian with a toolchain. Else
//! QEMU does, from the distribution's own kernel and tools: a second kernel with
//! cgroup v2 only, in seconds, to observe in and to judge outside of.
//!
//! Three names to start from: [`emulated::start`], [`keeper::main`],
//! [`place::Place`].

mod agent;
mod archive;
mod bring;
mod emulated;
mod folder;
mod image;
mod keeper;
mod libraries;
mod modules;
mod network;
mod packages;
mod place;
mod qemu;
mod shell;
mod state;
mod vagrant;

use crate::cli::{CheckArgs, Provider, UpArgs, VmArgs, VmCheckArgs, VmVerb};
use crate::failure::{Exit, Failure};
use crate::message::{listed, say};
use crate::select;
use crate::workspace::Workspace;
use crate::{check, screen};

use agent::Agent;
use folder::{Folder, NODES};
use vagrant::Vagrant;

pub use folder::address;
pub use network::Claim;
pub use place::{Kind, Place};
pub use qemu::Accelerator;

/// What `status` has to say about one machine.
#[derive(Debug)]
pub struct Seen {
    pub node: String,
    /// What it says about itself, if it answers.
    pub machine: Option<vm_agent::Machine>,
    /// Kibibytes it holds of this machine's memory.
    pub resident: Option<u64>,
}

/// Does one of the verbs.
///
/// # Errors
/// An unknown machine or lab; what keeps a machine from starting or answering.
pub fn run(workspace: &Workspace, args: &VmArgs) -> Result<Exit, Failure> {
    match &args.verb {
        VmVerb::Up(args) => up(workspace, args),
        VmVerb::Status => status(workspace),
        VmVerb::Ssh(args) => {
            known(&args.node)?;
            let (folder, vagrant) = (Folder::of(workspace), Vagrant::of(workspace));
            if emulated::running(&folder).is_none() && vagrant.has_machines() {
                return shell::by_vagrant(&vagrant, args);
            }
            shell::run(&folder, args)
        }
        VmVerb::Check(args) => check(workspace, args),
        VmVerb::Down => down(workspace),
        VmVerb::Keep => {
            keeper::main()?;
            Ok(Exit::Green)
        }
    }
}

fn up(workspace: &Workspace, args: &UpArgs) -> Result<Exit, Failure> {
    let folder = Folder::of(workspace);
    if emulated::running(&folder).is_some() {
        if args.with == Some(Provider::Vagrant) {
            return Err(Failure::Usage(say!("vm-other-runs")));
        }
        return status(workspace);
    }
    let vagrant = Vagrant::of(workspace);
    let by_vagrant = match args.with {
        Some(provider) => provider == Provider::Vagrant,
        None => vagrant.is_usable(),
    };
    if by_vagrant {
        screen::print(&screen::vm::by_vagrant());
        return vagrant.run(&["up"]);
    }
    let started = emulated::start(workspace, &NODES)?;
    let text = screen::vm::up(started.accelerator, &started.machines, vm_agent::work());
    started.keeper.stay()?;
    screen::print(&text);
    Ok(Exit::Green)
}

fn status(workspace: &Workspace) -> Result<Exit, Failure> {
    let folder = Folder::of(workspace);
    let vagrant = Vagrant::of(workspace);
    let Some(state) = emulated::running(&folder) else {
        if vagrant.has_machines() {
            return vagrant.run(&["status"]);
        }
        screen::print(&screen::vm::nothing_runs());
        return Ok(Exit::Green);
    };
    let seen: Vec<Seen> = state
        .living()
        .map(|(node, process)| Seen {
            node: node.clone(),
            machine: Agent::connect(&folder, node, emulated::GREETING)
                .ok()
                .map(|(_, machine)| machine),
            resident: process.resident(),
        })
        .collect();
    screen::print(&screen::vm::status(
        state.accelerator,
        &seen,
        vm_agent::work(),
    ));
    let silent = seen.iter().any(|one| one.machine.is_none()) || seen.len() < NODES.len();
    Ok(if silent { Exit::Machine } else { Exit::Green })
}

fn down(workspace: &Workspace) -> Result<Exit, Failure> {
    let vagrant = Vagrant::of(workspace);
    if emulated::running(&Folder::of(workspace)).is_none() && vagrant.has_machines() {
        return vagrant.run(&["halt"]);
    }
    let ended = end(workspace)?;
    screen::print(&screen::vm::down(&ended));
    Ok(Exit::Green)
}

/// Whether machines of this checkout run, or were made by Vagrant.
pub fn any_runs(workspace: &Workspace) -> bool {
    emulated::running(&Folder::of(workspace)).is_some() || Vagrant::of(workspace).has_machines()
}

/// Whether Vagrant can make machines here.
pub fn vagrant_is_usable(workspace: &Workspace) -> bool {
    Vagrant::of(workspace).is_usable()
}

/// Kibibytes of this machine's memory that the largest of QEMU's holds.
pub fn most_memory(workspace: &Workspace) -> u64 {
    let state = emulated::running(&Folder::of(workspace));
    let living = state.iter().flat_map(|state| state.living());
    living
        .filter_map(|(_, process)| process.resident())
        .max()
        .unwrap_or(0)
}

/// Ends what runs, for `clean`; the names of what was ended.
///
/// # Errors
/// A machine lives on.
pub fn end(workspace: &Workspace) -> anyhow::Result<Vec<String>> {
    emulated::end(&Folder::of(workspace))
}

fn check(workspace: &Workspace, args: &VmCheckArgs) -> Result<Exit, Failure> {
    known(&args.on)?;
    let Some(lab) = &args.lab else {
        return network::check(workspace);
    };
    // Before anything is started for it.
    select::lab(workspace, lab)?;
    let place = Place::find(workspace, &args.on)?;
    let check = CheckArgs {
        labs: vec![lab.clone()],
        all: false,
        solution: args.solution,
        on_reference: false,
        first: Vec::new(),
        check: args.check.clone(),
        format: args.format,
        limit: args.limit,
    };
    check::run_on(workspace, &check, Some(&place))
}

fn known(node: &str) -> Result<(), Failure> {
    if NODES.contains(&node) {
        return Ok(());
    }
    Err(Failure::Usage(say!(
        "vm-unknown",
        node = node,
        nodes = listed(&NODES)
    )))
}
