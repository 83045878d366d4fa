//! What any process may do with containers: start one, remove one, clean up
//! after crashes. Nothing here clones; that is the [creator](crate::creator)'s.

use std::ffi::OsString;
use std::fs::File;
use std::io::{BufReader, Read, Seek, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::signal::Signal;
use serde::{Deserialize, Serialize};

use crate::creator::all_hooks;
use crate::failure::Failure;
use crate::hook::{self, Hook, Hooks};
use crate::spec::Spec;
use crate::state::{Entry, State, Status, Store, Taken};
use crate::sys;

/// How long a killed container may take to disappear.
const LIMIT: Duration = Duration::from_secs(10);

/// Longer than a command has an entry that only looks at it.
const LOOK: Duration = Duration::from_millis(500);

/// How long an entry may look busy although its creator was killed: until it
/// reaches exec or ends, the container's process holds a copy of the lock.
const GRACE: Duration = Duration::from_millis(200);

/// The containers below one directory, and how to rebuild their hooks.
#[derive(Clone, Debug)]
pub struct Runtime {
    pub store: Store,
    pub hooks: Hooks,
}

impl Runtime {
    /// Starts a creator for a detached container and waits until its command
    /// runs. Standard input, output and error are `/dev/null`.
    pub fn start(&self, spec: &Spec) -> Result<State> {
        spec.validate()?;
        let spec = Spec {
            detach: true,
            ..spec.clone()
        };
        let id = spec.id.clone();
        self.order(&id, &Order::Create(Box::new(spec)))
    }

    /// Starts a creator for a container that is kept and has ended: it lives
    /// once more, detached.
    pub fn start_again(&self, id: &str) -> Result<State> {
        self.order(id, &Order::Again(id.to_string()))
    }

    fn order(&self, id: &str, order: &Order) -> Result<State> {
        // The three streams carry everything across: descriptors with numbers of
        // their own would have to be open across exec here, and a program that
        // another thread starts meanwhile would inherit them.
        let mut creator = self
            .creator()
            .stdin(memory_file(order)?)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("start the creator")?;
        let mut text = String::new();
        let report = creator.stdout.take().context("the creator's report")?;
        BufReader::new(report)
            .read_to_string(&mut text)
            .context("hear from the creator")?;
        match serde_json::from_str::<Report>(&text) {
            Ok(Ok(state)) => {
                // Reaped by a thread that holds nothing else.
                std::thread::spawn(move || creator.wait());
                Ok(state)
            }
            Ok(Err(failure)) => {
                creator.wait().context("wait for the creator")?;
                Err(failure.into())
            }
            Err(_) => {
                let output = creator.wait_with_output().context("wait for the creator")?;
                let words = String::from_utf8_lossy(&output.stderr);
                let words = words.trim();
                // It is this program, and has given its reason as this one would.
                match words.strip_prefix(&format!("{}: ", program_name())) {
                    Some(reason) => bail!("{reason}"),
                    None => bail!("the creator of {id}: {}: {words}", output.status),
                }
            }
        }
    }

    /// Ends a container if it runs, and removes what is left of it.
    pub fn remove(&self, id: &str) -> Result<()> {
        let deadline = Instant::now() + LIMIT;
        loop {
            match self.store.take(id)? {
                Ok(entry) => return undo(&self.store, entry, id, self.hooks),
                Err(Taken::Absent) => return Ok(()),
                // Its creator lives: end the command, and let it clean up.
                Err(Taken::Busy) if Instant::now() < deadline => self.kill(id)?,
                Err(Taken::Busy) => bail!("container {id}: busy for {} s", LIMIT.as_secs()),
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Removes what is left of a container that has ended, and nothing that lives.
    ///
    /// # Errors
    /// Somebody looks after it: it runs, or is being made.
    pub fn remove_ended(&self, id: &str) -> Result<()> {
        // Another command that looks at it has it for less than that.
        let deadline = Instant::now() + LOOK;
        loop {
            match self.store.take(id)? {
                Ok(entry) => return undo(&self.store, entry, id, self.hooks),
                Err(Taken::Absent) => return Ok(()),
                Err(Taken::Busy) if Instant::now() < deadline => {}
                Err(Taken::Busy) => bail!("container {id} runs: stop it first, or force it"),
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Removes what crashed creators left, and nothing that is alive: a
    /// detached container whose creator was killed is left for `remove`. One
    /// that is kept is not removed, but brought to its end.
    pub fn clean(&self) -> Result<Cleaned> {
        let mut cleaned = Cleaned::default();
        for id in self.store.ids()? {
            let Ok(entry) = self.store.take(&id)? else {
                continue;
            };
            if lives_alone(&self.store, &id)? {
                continue;
            }
            match settle(&self.store, entry, &id, self.hooks)? {
                Settled::Removed => cleaned.removed.push(id),
                Settled::Kept(kept) if kept.just_ended => cleaned.ended.push(id),
                Settled::Kept(_) => {}
            }
        }
        Ok(cleaned)
    }

    /// As [`clean`](Runtime::clean), for one container.
    pub fn settle(&self, id: &str) -> Result<()> {
        match self.store.take(id)? {
            Ok(entry) if !lives_alone(&self.store, id)? => {
                settle(&self.store, entry, id, self.hooks).map(drop)
            }
            _ => Ok(()),
        }
    }

    fn kill(&self, id: &str) -> Result<()> {
        kill(&self.store, id, &hooks_of(&self.store, id, self.hooks)?)
    }

    fn creator(&self) -> Command {
        let mut command = Command::new("/proc/self/exe");
        if let Some(name) = std::env::args_os().next() {
            command.arg0(name);
        }
        command.args([OsString::from("--root"), self.store.root().into()]);
        command.arg("creator");
        command
    }
}

/// What [`Runtime::clean`] has done: the ids.
#[derive(Debug, Default)]
pub struct Cleaned {
    pub removed: Vec<String>,
    /// Kept: on disk still, with nothing that has to be undone.
    pub ended: Vec<String>,
}

/// What a creator is to do.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Order {
    Create(Box<Spec>),
    Again(String),
}

/// What a creator says about the start of its container.
pub type Report = Result<State, Failure>;

/// Writes the report and closes the pipe.
pub fn send_report(report: &Report, pipe: OwnedFd) {
    // A caller that has gone away needs no answer.
    if let Ok(text) = serde_json::to_vec(report) {
        let _ = File::from(pipe).write_all(&text);
    }
}

/// Removes what is left of a container nobody looks after, if there is one.
pub(crate) fn recover(store: &Store, id: &str, hooks: Hooks) -> Result<()> {
    let deadline = Instant::now() + GRACE;
    loop {
        match store.take(id)? {
            Err(Taken::Absent) => return Ok(()),
            Err(Taken::Busy) if Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(5));
            }
            Err(Taken::Busy) => bail!("container {id} exists already"),
            Ok(_) if lives_alone(store, id)? => {
                bail!("container {id} exists already, its runtime was killed; remove it first")
            }
            Ok(entry) => match settle(store, entry, id, hooks)? {
                Settled::Removed => return Ok(()),
                _kept => bail!("container {id} exists already, it has ended; remove it first"),
            },
        }
    }
}

/// Takes a container that is kept and has ended, to start it again.
pub(crate) fn take_ended(store: &Store, id: &str, hooks: Hooks) -> Result<Box<Kept>> {
    let deadline = Instant::now() + GRACE;
    loop {
        match store.take(id)? {
            Err(Taken::Absent) => bail!("there is no container {id}"),
            Err(Taken::Busy) if Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(5));
            }
            Err(Taken::Busy) => bail!("container {id} runs already"),
            Ok(_) if lives_alone(store, id)? => {
                bail!("container {id} runs already, its runtime was killed")
            }
            Ok(entry) => match settle(store, entry, id, hooks)? {
                Settled::Removed => bail!("there is no container {id}"),
                Settled::Kept(kept) => return Ok(kept),
            },
        }
    }
}

/// A kept container of which nothing has to be undone, and its lock.
pub(crate) struct Kept {
    pub entry: Entry,
    pub spec: Spec,
    pub state: State,
    /// Its runtime was killed, and this is noticed now.
    just_ended: bool,
}

/// What has become of a container that isn't alive.
enum Settled {
    Removed,
    Kept(Box<Kept>),
}

/// Finishes what a killed creator has left undone. A kept container of which
/// there was a process stays.
fn settle(store: &Store, entry: Entry, id: &str, hooks: Hooks) -> Result<Settled> {
    let (Some(spec), Some(mut state)) = (store.spec(id)?, store.state(id)?) else {
        undo(store, entry, id, hooks)?;
        return Ok(Settled::Removed);
    };
    if !spec.keep {
        undo(store, entry, id, hooks)?;
        return Ok(Settled::Removed);
    }
    let just_ended = state.status != Status::Stopped;
    if just_ended {
        end(store, id, &all_hooks(&spec, hooks)?)?;
        state.status = Status::Stopped;
        if state.exit_code.is_none() {
            state.notes.push("its runtime was killed".into());
        }
        entry.save(&state)?;
    }
    Ok(Settled::Kept(Box::new(Kept {
        entry,
        spec,
        state,
        just_ended,
    })))
}

/// Does a detached container run whose creator was killed? One in the
/// foreground ends with its creator; it may only need a moment.
fn lives_alone(store: &Store, id: &str) -> Result<bool> {
    if !store.spec(id)?.is_some_and(|spec| spec.detach) {
        return Ok(false);
    }
    match store.state(id)? {
        Some(state) => Ok(state.process()?.is_some()),
        None => Ok(false),
    }
}

/// Ends the process, undoes and removes everything, forgets the container.
fn undo(store: &Store, entry: Entry, id: &str, hooks: Hooks) -> Result<()> {
    let hooks = hooks_of(store, id, hooks)?;
    end(store, id, &hooks)?;
    hook::remove(&hooks).with_context(|| format!("remove container {id}"))?;
    entry.remove()
}

/// Ends the process and undoes what was made for its life.
fn end(store: &Store, id: &str, hooks: &[Box<dyn Hook>]) -> Result<()> {
    kill(store, id, hooks)?;
    hook::undo(hooks).with_context(|| format!("undo container {id}"))
}

/// The hooks of a container on disk; none when its creator was killed before
/// the spec was written.
fn hooks_of(store: &Store, id: &str, hooks: Hooks) -> Result<Vec<Box<dyn Hook>>> {
    match store.spec(id)? {
        Some(spec) => all_hooks(&spec, hooks),
        None => Ok(Vec::new()),
    }
}

/// Kills the container's process and waits until it has ended.
fn kill(store: &Store, id: &str, hooks: &[Box<dyn Hook>]) -> Result<()> {
    let Some(state) = store.state(id)? else {
        return Ok(());
    };
    let Some(process) = state.process()? else {
        return Ok(());
    };
    match sys::pidfd_send_signal(process.as_fd(), Signal::SIGKILL) {
        Ok(()) | Err(nix::errno::Errno::ESRCH) => {}
        Err(errno) => return Err(errno).with_context(|| format!("kill container {id}")),
    }
    // After the signal: what is let go dies before it does anything else.
    let released = hook::each(hooks, |hook| hook.release());
    let mut ended = [PollFd::new(process.as_fd(), PollFlags::POLLIN)];
    let limit = PollTimeout::try_from(LIMIT).unwrap_or(PollTimeout::MAX);
    match poll(&mut ended, limit).with_context(|| format!("wait for container {id}"))? {
        0 => {
            // Most likely the reason.
            released.with_context(|| format!("let container {id} die"))?;
            let seconds = LIMIT.as_secs();
            bail!("container {id}: still alive {seconds} s after SIGKILL")
        }
        _ => Ok(()),
    }
}

/// The order in an anonymous file, the creator's standard input: its size is
/// not limited as an argument's is, and `ps` doesn't show it.
fn memory_file(order: &Order) -> Result<OwnedFd> {
    let file = memfd_create(c"order", MFdFlags::MFD_CLOEXEC).context("memfd_create")?;
    let mut file = File::from(file);
    file.write_all(&serde_json::to_vec(order)?)
        .context("write the creator's order")?;
    Ok(file.into())
}

/// Reads the order from the file [`Runtime`] made: from its start, wherever the
/// writer left the shared offset.
pub(crate) fn read_order(file: OwnedFd) -> Result<Order> {
    let mut file = File::from(file);
    let mut text = Vec::new();
    file.rewind().context("read the creator's order")?;
    file.read_to_end(&mut text)
        .context("read the creator's order")?;
    serde_json::from_slice(&text).context("read the creator's order")
}

/// This program's name, for messages and for its directory.
pub fn program_name() -> String {
    let name = std::env::args_os().next().map(PathBuf::from);
    let name = name.as_deref().and_then(Path::file_name);
    name.map_or("container".into(), |name| {
        name.to_string_lossy().into_owned()
    })
}
