//! Another command in a container that runs.
//!
//! ```text
//!   this process                              its child
//!   open the door: namespaces, root
//!   join user and pid namespace
//!       │ clone3
//!   admit it to the cgroup                    (waiting)
//!       │ Start ──────────────────────────▶   step in: the other namespaces
//!       │                                     root, streams, directory, user
//!       │ ◀── end of file: it runs ────────   exec
//!   pass on keys and signals
//!   exit code
//! ```
//!
//! It isn't a container of its own: nothing is made that had to be undone, and
//! nothing is written to disk.

use std::convert::Infallible;
use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};

use anyhow::{Context, Result, bail};
use layers::process::{self, Process};
use namespaces::container::{self, hold};
use namespaces::failure::During;
use namespaces::hook::{Hook, Plan};
use namespaces::print::say;
use namespaces::protocol::{Channel, ToContainer, ToRuntime};
use namespaces::signals::{FORWARDED, Signals};
use namespaces::supervise::{End, end_of, exit_code, supervise};
use namespaces::sys::{self, Cloned, duplicate, pidfd_send_signal};
use namespaces::{Failure, Spec};
use nix::pty::Winsize;
use nix::sys::prctl;
use nix::sys::signal::Signal;
use nix::unistd::{Pid, setsid};

use crate::container::Container;
use crate::door::{Door, admit, fork_through, stand_in_root, step_in};
use crate::relay::relay;
use crate::status::Act;
use crate::terminal;

/// The command that is wanted.
#[derive(Clone, Debug)]
pub struct Command {
    /// Program and arguments. Never empty.
    pub args: Vec<String>,
    /// Don't wait for it.
    pub detach: bool,
    /// Give it our standard input.
    pub interactive: bool,
    /// Give it a terminal of its own.
    pub terminal: bool,
    /// Its variables, its directory and its user, beside the container's.
    pub process: process::Part,
}

/// Runs a command in the container, and returns its exit code; 0 as soon as it
/// runs when it is detached.
pub fn exec(container: &Container, command: &Command) -> Result<u8> {
    container.may(Act::Exec)?;
    if sys::threads().context("count our threads")? != 1 {
        bail!("a container can only be entered by a process with one thread");
    }
    let size = match command.terminal && !command.detach {
        true => terminal::ours(command.interactive)?,
        false => None,
    };
    let (pid, process) = container.process()?;
    let door = Door::open(pid)?;
    // Its number may have become another's before the door was open.
    let first = namespaces::state::start_time(pid.as_raw());
    if first != container.state.as_ref().map(|state| state.started) {
        bail!("container {} has just ended", container.id);
    }
    drop(process);
    // From its first moment in there the child could be looked into, and it stands
    // on the host's root still (CVE-2016-9962). Exec takes it back (prctl(2)).
    prctl::set_dumpable(false).context("keep others from looking into us")?;
    let mut signals = Signals::block(&FORWARDED).context("block signals")?;
    let entered = match enter(container, command, &door, size, &signals) {
        Ok(entered) => entered,
        Err(failure) => {
            say(&failure);
            return Ok(exit_code(&End::Failed(failure)));
        }
    };
    if command.detach {
        return Ok(0);
    }
    if let Some(way) = entered.terminal {
        // Not on a thread of its own, as for a container: the kernel gives none
        // to a process whose children are to be in another pid namespace.
        let process = entered.process.as_fd();
        // The relay hears of it by another way.
        signals
            .leave(&[Signal::SIGWINCH])
            .context("leave SIGWINCH to the relay")?;
        relay(way, command.interactive, process, Some(&signals))?;
    }
    let end = supervise(entered.pid, &entered.process, &signals)?;
    Ok(exit_code(&end))
}

/// A command that runs inside.
struct Entered {
    pid: Pid,
    process: OwnedFd,
    /// The way its terminal comes.
    terminal: Option<OwnedFd>,
}

/// From the open door to the moment in which the command runs.
fn enter(
    container: &Container,
    command: &Command,
    door: &Door,
    size: Option<Winsize>,
    signals: &Signals,
) -> Result<Entered, Failure> {
    let part = settings(&container.spec, command)?;
    let mut plan = Plan::of(&container.spec);
    let settings = Process { part };
    settings.prepare(&mut plan)?;
    let way = match command.terminal {
        true => Some(terminal::way_out()?),
        false => None,
    };
    if command.terminal {
        let variable = plan.environment.entry("TERM".into());
        variable.or_insert_with(|| std::env::var_os("TERM").unwrap_or("xterm".into()));
    }
    let (way_out, way_in) = way.unzip();
    let (ours, theirs) = Channel::pair().during("socketpair", "")?;
    // Before we stand in the pid namespace, whose /proc isn't ours.
    let (pid, process) = match fork_through(door)? {
        Cloned::Child => {
            drop(ours);
            let inside = Inside {
                command,
                door,
                plan: &plan,
                settings: &settings,
                way: way_in,
                size,
            };
            let Err(failure) = inside.live(&theirs, signals);
            let _ = theirs.send(&ToRuntime::Failed(failure));
            std::process::exit(125)
        }
        Cloned::Parent(pid, process) => (pid, process),
    };
    drop((theirs, way_in));
    let started = start(container, pid, &ours);
    match started {
        Ok(()) => Ok(Entered {
            pid,
            process,
            terminal: way_out,
        }),
        Err(failure) => {
            let _ = pidfd_send_signal(process.as_fd(), Signal::SIGKILL);
            end_of(pid)?;
            Err(failure)
        }
    }
}

/// With the process waiting: admit it, let it go, and hear whether it reached
/// its command.
fn start(container: &Container, pid: Pid, channel: &Channel) -> Result<(), Failure> {
    if let Some(group) = container.group()? {
        admit(&group, pid)?;
    }
    channel
        .send(&ToContainer::Start)
        .during("start", &container.id)?;
    match channel.receive().during("start", &container.id)? {
        Some(ToRuntime::Failed(failure)) => Err(failure),
        None => Ok(()),
    }
}

/// Its variables, directory and user: the container's, and what was asked for.
fn settings(spec: &Spec, command: &Command) -> Result<process::Part> {
    let mut part: process::Part = spec.extension(process::PART)?.unwrap_or_default();
    let asked = command.process.clone();
    part.env.extend(asked.env);
    part.cwd = asked.cwd.or(part.cwd);
    part.user = asked.user.or(part.user);
    Ok(part)
}

/// The child's side.
struct Inside<'a> {
    command: &'a Command,
    door: &'a Door,
    plan: &'a Plan,
    settings: &'a Process,
    way: Option<OwnedFd>,
    size: Option<Winsize>,
}

impl Inside<'_> {
    /// One step after the other. Returns only when a step failed.
    fn live(&self, channel: &Channel, signals: &Signals) -> Result<Infallible, Failure> {
        // Until we are counted and limited as the others are.
        hold(channel)?;
        // The host's, while paths are the host's.
        let null = File::options().read(true).write(true).open("/dev/null");
        let null = null.during("open", "/dev/null")?;
        step_in(self.door)?;
        stand_in_root(self.door)?;
        // Whatever is open besides 0, 1 and 2 ends at exec: the door as well.
        sys::close_on_exec_from(3).during("close_range", "3 and up")?;
        self.streams(&null)?;
        if let Some(cwd) = &self.settings.part.cwd {
            // Not made, as for a container: a command that enters is a guest.
            std::fs::metadata(cwd).during("enter", cwd.display())?;
        }
        self.settings.start_container()?;
        container::exec(&self.command.args, self.plan, signals)
    }

    fn streams(&self, null: &File) -> Result<(), Failure> {
        if let Some(way) = &self.way {
            return terminal::take(way.as_fd(), self.size.as_ref());
        }
        let closed = match (self.command.detach, self.command.interactive) {
            (true, _) => {
                setsid().during("setsid", "")?;
                0..3
            }
            (false, true) => 0..0,
            (false, false) => 0..1,
        };
        for number in closed {
            duplicate(null.as_fd(), number).during("dup2", number)?;
        }
        Ok(())
    }
}
