//! The runtime's side of one container, from its spec to its exit code.
//!
//! This runs in a process of its own, started for this one container, with one
//! thread. That is not a matter of taste: clone in a program with threads
//! copies locks that nobody will ever unlock, and the copy hangs in its first
//! malloc. A server therefore never clones itself; it starts a creator.

use std::collections::BTreeMap;
use std::io::Write;
use std::os::fd::{AsFd, OwnedFd};

use anyhow::{Context, Result, bail};
use nix::sched::{CloneFlags, setns};
use nix::sys::signal::Signal;
use nix::unistd::{Pid, setsid};

use crate::attendant::Attending;
use crate::failure::{During, Failure};
use crate::hook::{self, Hook, Hooks, Plan, Process};
use crate::print::say;
use crate::program::Program;
use crate::protocol::{Channel, ToContainer, ToRuntime};
use crate::signals::{FORWARDED, Signals};
use crate::spec::{Namespace, Spec};
use crate::state::{Entry, State, Status, Store, start_time};
use crate::supervise::{End, end_of, exit_code, supervise};
use crate::sys::{self, Cloned};
use crate::{container, runtime};

/// Creates the container, tells `started` how that went, waits for its end,
/// undoes everything, and returns the exit code. What is left is one that is to
/// be [kept](Spec::keep) and has lived.
pub fn create(
    store: &Store,
    spec: &Spec,
    hooks: Hooks,
    started: impl FnOnce(&Result<State, Failure>),
) -> Result<u8> {
    spec.validate()?;
    one_thread()?;
    let spec = Spec {
        directory: store.directory(&spec.id),
        ..spec.clone()
    };
    // What a killed creator of the same name left is removed first.
    runtime::recover(store, &spec.id, hooks)?;
    live(store.create(&spec)?, &spec, None, hooks, started)
}

/// Starts a kept container that has ended once more, detached: the same spec,
/// and what its hooks let outlive its end.
pub fn create_again(
    store: &Store,
    id: &str,
    hooks: Hooks,
    started: impl FnOnce(&Result<State, Failure>),
) -> Result<u8> {
    one_thread()?;
    let kept = runtime::take_ended(store, id, hooks)?;
    let spec = Spec {
        detach: true,
        ..kept.spec
    };
    kept.entry.describe(&spec)?;
    live(kept.entry, &spec, Some(kept.state), hooks, started)
}

/// A life, from the entry on disk to what becomes of it; `before` is what is
/// known of an earlier one.
fn live(
    entry: Entry,
    spec: &Spec,
    before: Option<State>,
    hooks: Hooks,
    started: impl FnOnce(&Result<State, Failure>),
) -> Result<u8> {
    let result = live_through(&entry, spec, hooks, started);
    let hooks = all_hooks(spec, hooks)?;
    let undone = hook::undo(&hooks);
    let (end, state) = result?;
    if let Err(failure) = undone {
        // The entry stays: `clean` will find it and try again.
        bail!("undo container {}: {failure}", spec.id);
    }
    // What could not be started again has still lived before.
    match state.or(before) {
        Some(state) if spec.keep => {
            // Only now: of one that is stopped nothing has to be undone.
            entry.save(&State {
                status: Status::Stopped,
                exit_code: Some(exit_code(&end)),
                ..state
            })?;
        }
        _ => {
            hook::remove(&hooks).with_context(|| format!("remove container {}", spec.id))?;
            entry.remove()?;
        }
    }
    Ok(exit_code(&end))
}

fn one_thread() -> Result<()> {
    if sys::threads().context("count our threads")? != 1 {
        bail!("a container can only be created by a process with one thread");
    }
    Ok(())
}

/// The hooks of a container: our own first, then those the later labs add.
pub(crate) fn all_hooks(spec: &Spec, hooks: Hooks) -> Result<Vec<Box<dyn Hook>>> {
    let mut all: Vec<Box<dyn Hook>> = Vec::new();
    if let Some(program) = Program::of(spec) {
        all.push(Box::new(program));
    }
    all.extend(hooks(spec)?);
    Ok(all)
}

/// Everything between the entry on disk and the container's end. The state is
/// of a command that was started.
fn live_through(
    entry: &Entry,
    spec: &Spec,
    hooks: Hooks,
    started: impl FnOnce(&Result<State, Failure>),
) -> Result<(End, Option<State>)> {
    // Blocked before there is a process to pass them on to, so that a Ctrl-C
    // in this moment waits instead of ending us half-way.
    let mut signals = Signals::block(&FORWARDED).context("block signals")?;
    let born = bring_to_life(entry, spec, hooks, &mut signals);
    let report = born.as_ref().map(|born| born.state.clone());
    started(&report.map_err(Clone::clone));
    let mut born = match born {
        Ok(born) => born,
        Err(failure) => {
            say(&failure);
            return Ok((End::Failed(failure), None));
        }
    };
    let end = supervise(born.pid, &born.process, &signals)?;
    born.state.exit_code = Some(exit_code(&end));
    for attending in born.attending {
        if let Err(error) = attending.finish() {
            born.state.notes.push(format!("{error:#}"));
        }
    }
    stopped(spec, hooks, &mut born.state)?;
    entry.save(&born.state)?;
    Ok((end, Some(born.state)))
}

/// Lets the hooks look at the end, and says what they noted. A hook that fails
/// here changes nothing about how the command ended.
fn stopped(spec: &Spec, hooks: Hooks, state: &mut State) -> Result<()> {
    for hook in all_hooks(spec, hooks)? {
        if let Err(error) = hook.stopped(state) {
            state.notes.push(format!("{}: {error:#}", hook.name()));
        }
    }
    for note in &state.notes {
        // Whoever started a detached container may have closed the stream.
        let _ = writeln!(std::io::stderr(), "{}: {note}", runtime::program_name());
    }
    Ok(())
}

/// A container whose command runs.
struct Born {
    pid: Pid,
    process: OwnedFd,
    attending: Vec<Attending>,
    state: State,
}

/// From the plan to the moment in which the command has been started.
fn bring_to_life(
    entry: &Entry,
    spec: &Spec,
    hooks: Hooks,
    signals: &mut Signals,
) -> Result<Born, Failure> {
    let hooks = all_hooks(spec, hooks)?;
    let mut plan = Plan {
        entry: entry.directory()?,
        ..Plan::of(spec)
    };
    hook::each(&hooks, |hook| hook.prepare(&mut plan))?;
    if spec.detach {
        // Leave the caller's session: its terminal's hangup is not ours.
        setsid().during("setsid", "")?;
    }
    join_for_children(&plan)?;
    let (ours, theirs) = Channel::pair().during("socketpair", "")?;
    let (pid, process) = match clone_process(&plan)? {
        Cloned::Child => {
            drop(ours);
            let Err(failure) = container::live(spec, &plan, &hooks, &theirs, signals);
            // When even this fails the runtime is gone, and nobody can be told.
            let _ = theirs.send(&ToRuntime::Failed(failure));
            std::process::exit(125)
        }
        Cloned::Parent(pid, process) => (pid, process),
    };
    // Ours must be the only copies of their ends, or we never see their end.
    drop(theirs);
    let attending = attend(&mut plan, &process, signals);
    let born = attending.and_then(|attending| {
        let state = start(entry, spec, &hooks, pid, &ours)?;
        Ok((attending, state))
    });
    match born {
        Ok((attending, state)) => Ok(Born {
            pid,
            process,
            attending,
            state,
        }),
        Err(failure) => {
            // It waits, or has failed and ends. Either way it must be gone, and
            // reaped, before anything is undone.
            let _ = sys::pidfd_send_signal(process.as_fd(), Signal::SIGKILL);
            end_of(pid)?;
            Err(failure)
        }
    }
}

/// Starts the attendants of the plan, now that there is nothing left to clone.
fn attend(
    plan: &mut Plan,
    process: &OwnedFd,
    signals: &mut Signals,
) -> Result<Vec<Attending>, Failure> {
    signals.leave(&plan.heard).during("signalfd", "")?;
    let attendants = std::mem::take(&mut plan.attendants).into_iter();
    attendants
        .map(|attendant| attendant.start(process.as_fd()).during("start", "a thread"))
        .collect()
}

/// With the process waiting: do what has to be done from outside, write down
/// that it exists, let it go, and hear whether it reached its command.
fn start(
    entry: &Entry,
    spec: &Spec,
    hooks: &[Box<dyn Hook>],
    pid: Pid,
    channel: &Channel,
) -> Result<State, Failure> {
    let mut state = State {
        id: spec.id.clone(),
        status: Status::Creating,
        pid: pid.as_raw(),
        started: start_time(pid.as_raw()).unwrap_or_default(),
        exit_code: None,
        notes: Vec::new(),
        extensions: BTreeMap::new(),
    };
    // On disk before anything hangs on it: from here on whoever finds the
    // entry can end the process and undo what the hooks have done.
    entry.save(&state)?;
    hook::each(hooks, |hook| hook.create_runtime(Process { pid }))?;
    channel
        .send(&ToContainer::Start)
        .during("start", &spec.id)?;
    if let Some(ToRuntime::Failed(failure)) = channel.receive().during("start", &spec.id)? {
        return Err(failure);
    }
    state.status = Status::Running;
    entry.save(&state)?;
    Ok(state)
}

/// Starts the container's process in the namespaces and the cgroup of the plan.
pub fn clone_process(plan: &Plan) -> Result<Cloned, Failure> {
    // ANCHOR: clone
    todo!(
        "Start the container's process in the namespaces and the cgroup of the plan. (chapter: task-4-one-call-two-processes)"
    )
    // ANCHOR_END: clone
}

/// Joins what only takes effect on children (setns(2)): the pid namespace, and
/// before it the user namespace that gives the right to join it.
fn join_for_children(plan: &Plan) -> Result<(), Failure> {
    for namespace in [Namespace::User, Namespace::Pid] {
        if let Some(descriptor) = plan.join.get(&namespace) {
            setns(descriptor.as_fd(), namespace.flag()).during("setns", namespace.file())?;
        }
    }
    Ok(())
}
