//! What later labs add, and where.
//!
//! A hook is rebuilt from the [`Spec`] in whichever process needs it; it keeps
//! nothing in memory between two points. The points are those of the OCI
//! runtime specification (config.md, "POSIX-platform Hooks"), with its
//! meaning, and five of our own: `prepare` before there is a process,
//! `switch_root` for the one step the specification leaves to the runtime,
//! `stopped` to learn what only the end of the command tells, `release` for a
//! process that has to die, and `remove` for what outlives its end.
//!
//! ```text
//!        runtime's process                     container's process
//!   prepare        fills the Plan
//!       │ clone3
//!   create_runtime process exists, waits        (waiting)
//!       │ Start ─────────────────────────────▶  create_container   old root
//!       │                                       switch_root
//!       │                                       start_container    new root
//!       │                                       exec
//!   stopped        the command has ended
//!   poststop       also after a crash
//!   remove         the container goes for good
//! ```
//!
//! Hooks run in their order and are undone in reverse.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::os::fd::{OwnedFd, RawFd};
use std::path::PathBuf;

use anyhow::Result;
use nix::unistd::Pid;

use crate::attendant::Attendant;
use crate::failure::Failure;
use crate::spec::{Namespace, Spec};
use crate::state::State;

/// Rebuilds the hooks of a container from its data.
pub type Hooks = fn(&Spec) -> Result<Vec<Box<dyn Hook>>>;

/// What a hook may look at once the container's process exists.
#[derive(Clone, Copy, Debug)]
pub struct Process {
    /// The container's first process, as the runtime's pid namespace numbers it.
    pub pid: Pid,
}

/// How the process is to be made. `prepare` hooks fill it in; after the clone
/// nobody changes it, but the runtime's copy gives its attendants away.
#[derive(Debug, Default)]
pub struct Plan {
    /// Where the container's data is on disk: absolute. It is there before
    /// anything else of the container is, and goes last.
    pub entry: PathBuf,
    /// Namespaces to create.
    pub namespaces: BTreeSet<Namespace>,
    /// Namespaces to join: a descriptor of `/proc/PID/ns/*` each.
    pub join: BTreeMap<Namespace, OwnedFd>,
    /// cgroup v2 directory the process is born in (`CLONE_INTO_CGROUP`).
    pub cgroup: Option<OwnedFd>,
    /// Descriptors the command gets besides 0, 1 and 2: number inside, ours.
    pub descriptors: BTreeMap<RawFd, OwnedFd>,
    /// The terminal that becomes 0, 1, 2 and the controlling terminal.
    pub terminal: Option<OwnedFd>,
    /// Work beside the container's life.
    pub attendants: Vec<Attendant>,
    /// The command's environment.
    pub environment: BTreeMap<OsString, OsString>,
    /// Mount a new `/proc` when pid and mount namespace are new. A hook that
    /// mounts its own clears it.
    pub mount_proc: bool,
}

impl Plan {
    /// What the spec alone asks for: its namespaces and our environment.
    pub fn of(spec: &Spec) -> Plan {
        Plan {
            namespaces: spec.namespaces.clone(),
            environment: std::env::vars_os().collect(),
            mount_proc: spec.namespaces.contains(&Namespace::Pid)
                && spec.namespaces.contains(&Namespace::Mount),
            ..Plan::default()
        }
    }

    /// Is this namespace created for the container?
    pub fn creates(&self, namespace: Namespace) -> bool {
        self.namespaces.contains(&namespace)
    }
}

/// A part of a container's life that a later lab adds.
///
/// Every point has a default that does nothing. An error at any point before
/// exec stops the creation, and all hooks are undone by `poststop`.
pub trait Hook {
    /// Name for messages, lower case: `cgroups`, `network`.
    fn name(&self) -> &'static str;

    /// Runtime side, no process yet: contribute to the plan.
    fn prepare(&self, _plan: &mut Plan) -> Result<()> {
        Ok(())
    }

    /// Runtime side, the process exists and waits. Cgroup v1 groups, user
    /// namespace maps and network interfaces belong here.
    fn create_runtime(&self, _process: Process) -> Result<()> {
        Ok(())
    }

    /// Container side, its namespaces entered, the old root still there.
    /// Volumes belong here.
    fn create_container(&self) -> Result<()> {
        Ok(())
    }

    /// Container side: replace the root. At most one hook does.
    fn switch_root(&self) -> Result<()> {
        Ok(())
    }

    /// Container side, on the new root, last before exec. What forbids system
    /// calls belongs here.
    fn start_container(&self) -> Result<()> {
        Ok(())
    }

    /// Runtime side, the command has ended and nothing is undone yet. What only
    /// now can be known goes into the state, and what the user should hear into
    /// its notes. Is not called after a crash of the runtime.
    fn stopped(&self, _state: &mut State) -> Result<()> {
        Ok(())
    }

    /// Runtime side, the process has been sent SIGKILL: let go of what keeps it
    /// from dying of that, as a frozen cgroup of version 1 does. Must succeed
    /// when nothing does.
    fn release(&self) -> Result<()> {
        Ok(())
    }

    /// Runtime side, the process is gone. Must succeed when there is nothing
    /// (more) to undo: it also runs after a crash, and perhaps twice. A
    /// container that is kept may be started again after it.
    fn poststop(&self) -> Result<()> {
        Ok(())
    }

    /// Runtime side, `poststop` has run: the container goes for good, and with
    /// it what was to outlive its end, a writable layer or a log. For one that
    /// isn't [kept](Spec::keep) that is at once. As `poststop` it must succeed
    /// when there is nothing, and may run twice.
    fn remove(&self) -> Result<()> {
        Ok(())
    }
}

/// Runs one point of every hook in order; the first failure names its hook.
pub(crate) fn each(
    hooks: &[Box<dyn Hook>],
    mut point: impl FnMut(&dyn Hook) -> Result<()>,
) -> Result<(), Failure> {
    for hook in hooks {
        point(hook.as_ref()).map_err(|error| named(hook.as_ref(), error))?;
    }
    Ok(())
}

/// Undoes what was made for the container's life, in reverse order.
pub(crate) fn undo(hooks: &[Box<dyn Hook>]) -> Result<(), Failure> {
    in_reverse(hooks, |hook| hook.poststop())
}

/// Removes what outlived it, in reverse order.
pub(crate) fn remove(hooks: &[Box<dyn Hook>]) -> Result<(), Failure> {
    in_reverse(hooks, |hook| hook.remove())
}

/// All are tried; the first failure is returned.
fn in_reverse(
    hooks: &[Box<dyn Hook>],
    point: impl Fn(&dyn Hook) -> Result<()>,
) -> Result<(), Failure> {
    let mut first = Ok(());
    for hook in hooks.iter().rev() {
        if let Err(error) = point(hook.as_ref()) {
            first = first.and(Err(named(hook.as_ref(), error)));
        }
    }
    first
}

fn named(hook: &dyn Hook, error: anyhow::Error) -> Failure {
    let failure = Failure::from(error);
    Failure {
        operation: format!("{}: {}", hook.name(), failure.operation),
        ..failure
    }
}
