//! The keeper: makes a workbench for its caller, watches it and removes it.
//!
//! It is the caller's own program started again, because a workbench begins
//! with a clone in a process of one thread and the caller may have many. It
//! outlives the caller long enough to clean up.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{Pid, getegid, geteuid};

use super::cgroup::Cgroups;
use super::init::{self, Order};
use super::machine::{Machine, Mode, Steps};
use super::request::Request;
use super::sys::{self, Cloned};
use super::wire::{self, Packet, hear, tell};
use super::{End, sweep};

/// How long making a workbench may take, and ending one.
const MAKE: Duration = Duration::from_secs(20);
const END: Duration = Duration::from_secs(30);
/// How often to look whether something frozen keeps it from ending.
const LOOK: Duration = Duration::from_millis(20);
/// From then on the end is given more of the CPU.
const SLOW: Duration = Duration::from_millis(500);

/// The keeper's whole life; `arguments` are what follows its role.
pub fn main(arguments: Vec<OsString>) -> ! {
    let Some((control, request)) = Request::from_arguments(arguments) else {
        eprintln!("workbench: a keeper is started by the workbench only");
        std::process::exit(2)
    };
    let Ok(caller) = sys::adopt(control) else {
        eprintln!("workbench: the keeper was given no control socket");
        std::process::exit(2)
    };
    let answer = match keep(&request, &caller) {
        Ok(Some(end)) => Packet::Ended(end),
        Ok(None) => std::process::exit(0),
        Err(machine) => Packet::Failed(machine),
    };
    let _ = tell(&caller, &answer);
    std::process::exit(0)
}

/// `None` when the caller is gone and nobody wants to know.
fn keep(request: &Request, caller: &OwnedFd) -> Result<Option<End>, Machine> {
    let steps = Steps::of("keeper");
    let mode = Mode::of_this_process();
    steps.step("close descriptors", || {
        let fd = caller.as_raw_fd();
        sys::close_range(3, fd - 1)?;
        sys::close_range(fd + 1, i32::MAX)
    })?;
    sys::default_signals();
    // What an earlier keeper left when it was killed. It is no reason to
    // refuse this workbench.
    let _ = sweep::sweep_here(mode);
    let name = steps.step("name the workbench", sweep::own_name)?;
    let host_mounts = steps.step("look at the mount namespace", init::mount_namespace)?;
    let mut cgroups = Cgroups::make(&steps, mode, &name)?;

    let order = Order {
        mode,
        terminal: request.terminal,
        command: &request.command,
        shown: &request.shown,
        nonce: format!("{name}-{:?}", Instant::now()),
        host_mounts,
        cgroups: &cgroups,
    };
    let bench = start(&steps, &order)?;
    let end = watch(&bench, request.time_limit, caller);
    bench.end()?;
    drop(bench);
    cgroups
        .remove()
        .map_err(|error| Machine::failed("remove the cgroups", &error))?;
    end
}

/// A running PID 1, seen from its parent. Dropping it ends it.
struct Bench<'a> {
    cgroups: &'a Cgroups,
    pid: Pid,
    pidfd: OwnedFd,
    socket: OwnedFd,
}

/// Clones PID 1 and lets it go.
fn start<'a>(steps: &Steps, order: &Order<'a>) -> Result<Bench<'a>, Machine> {
    let (here, there) = steps.step("socket pair", wire::pair)?;
    let mut flags = libc::CLONE_NEWPID
        | libc::CLONE_NEWNS
        | libc::CLONE_NEWNET
        | libc::CLONE_NEWUTS
        | libc::CLONE_NEWIPC;
    if order.mode == Mode::User {
        flags |= libc::CLONE_NEWUSER;
    }
    let into = steps.step("open the cgroup", || order.cgroups.to_clone_into())?;
    let into = into.as_ref().map(AsFd::as_fd);
    let cloned = steps.step("clone3 into new namespaces", || {
        sys::clone3(flags as u64, into)
    })?;
    let bench = match cloned {
        Cloned::Child => {
            drop(here);
            init::main(order, &there)
        }
        Cloned::Parent { child, pidfd } => Bench {
            cgroups: order.cgroups,
            pid: child,
            pidfd,
            socket: here,
        },
    };
    drop(there);
    match release(steps, order.mode, &bench) {
        Ok(()) => Ok(bench),
        // PID 1 may have failed first, and told why.
        Err(machine) => {
            bench.kill();
            match hear(&bench.socket) {
                Ok(Some(Packet::Failed(cause))) => Err(cause),
                _ => Err(machine),
            }
        }
    }
}

/// Lets PID 1 go on, once it is someone in its user namespace.
fn release(steps: &Steps, mode: Mode, bench: &Bench) -> Result<(), Machine> {
    if mode == Mode::User {
        steps.step("maps of the user namespace", || write_maps(bench.pid))?;
    }
    steps.step("let PID 1 go", || tell(&bench.socket, &Packet::Go))
}

/// The user is root inside, and nobody else exists (user_namespaces(7)).
/// Without CAP_SETGID the group map needs setgroups denied first.
fn write_maps(pid: Pid) -> io::Result<()> {
    let write = |file: &str, text: String| fs::write(format!("/proc/{pid}/{file}"), text);
    write("setgroups", "deny".into())?;
    write("uid_map", format!("0 {} 1", geteuid()))?;
    write("gid_map", format!("0 {} 1", getegid()))
}

/// Waits for whatever ends the workbench first.
fn watch(
    bench: &Bench,
    time_limit: Option<Duration>,
    caller: &OwnedFd,
) -> Result<Option<End>, Machine> {
    let mut started = false;
    let mut deadline = Some(Instant::now() + MAKE);
    let failed = |error: io::Error| Machine::failed("watch the workbench", &error);
    loop {
        let mut sources = [
            PollFd::new(bench.socket.as_fd(), PollFlags::POLLIN),
            PollFd::new(bench.pidfd.as_fd(), PollFlags::POLLIN),
            PollFd::new(caller.as_fd(), PollFlags::POLLIN),
        ];
        match poll(&mut sources, until(deadline)) {
            Err(nix::Error::EINTR) => continue,
            Err(error) => return Err(failed(error.into())),
            Ok(_) => {}
        }
        let [told, ended, asked] = sources.map(|source| source.any().unwrap_or(true));
        // In this order: the last word of PID 1 counts more than its end.
        if told {
            match hear(&bench.socket).map_err(failed)? {
                Some(Packet::Started) => {
                    started = true;
                    deadline = time_limit.map(|limit| Instant::now() + limit);
                }
                Some(Packet::Ended(end)) => return Ok(Some(end)),
                Some(Packet::Failed(machine)) => return Err(machine),
                _ => return cut_off(bench, started),
            }
        } else if ended {
            return cut_off(bench, started);
        } else if asked {
            return match hear(caller) {
                Ok(Some(Packet::Enough)) => Ok(Some(End::OutputLimit)),
                _ => Ok(None),
            };
        } else if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return match started {
                true => Ok(Some(End::TimeLimit)),
                false => Err(Machine::new("make the workbench", "it took too long")),
            };
        }
    }
}

/// PID 1 is gone without a word: something on the workbench ended it (its
/// memory limit can), or it never came to be one.
fn cut_off(bench: &Bench, started: bool) -> Result<Option<End>, Machine> {
    bench.kill();
    // It has ended, or is ending: what it left frozen must not hold it up.
    while !bench.gone_by(Instant::now() + LOOK) {
        bench.cgroups.thaw();
    }
    match (started, waitpid(bench.pid, None)) {
        (true, Ok(WaitStatus::Signaled(_, signal, _))) => Ok(Some(End::Signal(signal as i32))),
        (true, Ok(_)) => Ok(Some(End::Signal(libc::SIGKILL))),
        _ => Err(Machine::new(
            "make the workbench",
            "its PID 1 ended without a word",
        )),
    }
}

impl Bench<'_> {
    fn kill(&self) {
        // It fails only when the process has ended already.
        let _ = sys::pidfd_kill(self.pidfd.as_fd());
    }

    /// Kills PID 1 and waits until it, and with it everything on the
    /// workbench, is gone.
    fn end(&self) -> Result<(), Machine> {
        self.kill();
        let begun = Instant::now();
        let mut hurried = false;
        while !self.gone_by(Instant::now() + LOOK) {
            // Again and again: who isn't dead yet may freeze the others.
            self.cgroups.thaw();
            if begun.elapsed() > SLOW && !hurried {
                // Against a crowd on the host a fork bomb's hundreds of processes
                // together count as one: too little CPU for all of them to die.
                self.cgroups.hurry();
                hurried = true;
            }
            if begun.elapsed() > END {
                return Err(Machine::new("end the workbench", "PID 1 outlived SIGKILL"));
            }
        }
        let _ = waitpid(self.pid, None);
        Ok(())
    }

    /// Whether PID 1 ends before the deadline.
    fn gone_by(&self, deadline: Instant) -> bool {
        loop {
            let mut sources = [PollFd::new(self.pidfd.as_fd(), PollFlags::POLLIN)];
            match poll(&mut sources, until(Some(deadline))) {
                Err(nix::Error::EINTR) => continue,
                result => return result == Ok(1),
            }
        }
    }
}

/// The cgroups cannot be removed before it is gone, whatever happened.
impl Drop for Bench<'_> {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

fn until(deadline: Option<Instant>) -> PollTimeout {
    let Some(deadline) = deadline else {
        return PollTimeout::NONE;
    };
    let left = deadline.saturating_duration_since(Instant::now());
    // Rounded up, or the last millisecond would be spent polling.
    PollTimeout::try_from(left + Duration::from_millis(1)).unwrap_or(PollTimeout::MAX)
}
