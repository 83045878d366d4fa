//! The keeper: a process of one thread that makes a workbench, watches over
//! time and caller, and removes the workbench.
//!
//! It ignores the signals of the terminal: a Ctrl-C that ended it before it had
//! removed the cgroups would leave them behind. When the caller goes away the
//! life pipe closes, and the keeper ends everything.

use std::ffi::OsString;
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sched::CloneFlags;
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::{SigHandler, Signal, signal};
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socketpair};
use nix::sys::wait::waitpid;
use nix::unistd::{Gid, Pid, Uid};
use serde::{Deserialize, Serialize};

use super::cgroup::Cgroups;
use super::machine::{At, Machine, has_sys_admin, missing_for_namespaces};
use super::step::Broken;
use super::{End, init};
use crate::sys::{self, Cloned};

/// The first argument that makes a program a keeper.
pub(super) const KEEPER: &str = "workbench-keeper";

/// What the caller asks for, as JSON in the second argument.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Order {
    pub report_fd: RawFd,
    pub life_fd: RawFd,
    pub time_limit: Duration,
    pub paths: Vec<PathBuf>,
    pub broken_step: Option<String>,
    /// The command has the caller's terminal; its end of the foreground is
    /// given back afterwards.
    pub terminal: bool,
}

/// What the keeper reports: the command's end, or why there was none.
pub(super) type Report = Result<End, Machine>;

/// Becomes the keeper, and never returns, when this process was started as one.
pub fn become_keeper_if_asked() {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_none_or(|first| first != KEEPER) {
        return;
    }
    let order = arguments.next().and_then(|text| text.into_string().ok());
    let Some(order) = order.and_then(|text| serde_json::from_str::<Order>(&text).ok()) else {
        eprintln!("the keeper is started by the workbench library only");
        std::process::exit(2);
    };
    let command: Vec<OsString> = arguments.collect();
    // SAFETY: the library left these two open for us; they are taken here only.
    let descriptors = unsafe {
        (
            sys::inherited(order.report_fd),
            sys::inherited(order.life_fd),
        )
    };
    let (Ok(report), Ok(life)) = descriptors else {
        eprintln!("the keeper was not given its descriptors");
        std::process::exit(2);
    };
    let answer = keep(&order, &command, &life);
    if let Ok(text) = serde_json::to_vec(&answer) {
        // A caller that is gone needs no report.
        let _ = File::from(report).write_all(&text);
    }
    std::process::exit(0)
}

fn keep(order: &Order, command: &[OsString], life: &OwnedFd) -> Report {
    for ignored in [
        Signal::SIGINT,
        Signal::SIGTERM,
        Signal::SIGHUP,
        Signal::SIGQUIT,
    ] {
        // SAFETY: SIG_IGN is no handler; no code runs in signal context.
        unsafe { signal(ignored, SigHandler::SigIgn) }.at("ignore signals", "")?;
    }
    let broken = Broken(order.broken_step.clone());
    // What earlier keepers could not remove, because they were killed.
    let _ = super::sweep();
    let root = Uid::effective().is_root() && has_sys_admin();
    broken.at("make cgroups")?;
    let cgroups = if root {
        Cgroups::make()?
    } else {
        Cgroups::none()
    };
    let ended = forbid_devices(&cgroups, root, &broken)
        .and_then(|()| live(order, command, life, &cgroups, root, &broken));
    let removed = cgroups.remove();
    let end = ended?;
    removed?;
    Ok(end)
}

fn forbid_devices(cgroups: &Cgroups, root: bool, broken: &Broken) -> Result<(), Machine> {
    broken.at("forbid devices")?;
    match root {
        true => cgroups.forbid_devices(),
        // In a user namespace of an ordinary user no device node works.
        false => Ok(()),
    }
}

/// Clones PID 1, lets it build the workbench, and waits for its end.
fn live(
    order: &Order,
    command: &[OsString],
    life: &OwnedFd,
    cgroups: &Cgroups,
    root: bool,
    broken: &Broken,
) -> Report {
    let (ours, theirs) = socketpair(
        AddressFamily::Unix,
        SockType::Stream,
        None,
        SockFlag::SOCK_CLOEXEC,
    )
    .at("make a socket pair", "")?;
    let mut flags = CloneFlags::CLONE_NEWPID
        | CloneFlags::CLONE_NEWNS
        | CloneFlags::CLONE_NEWNET
        | CloneFlags::CLONE_NEWUTS
        | CloneFlags::CLONE_NEWIPC;
    if !root {
        flags |= CloneFlags::CLONE_NEWUSER;
    }
    broken.at("clone")?;
    let ids = (Uid::effective(), Gid::effective());
    let cloned = sys::clone3(flags)
        .at("make namespaces", "")
        .map_err(|machine| machine.lacking(missing_for_namespaces))?;
    let (pid, process) = match cloned {
        Cloned::Parent(pid, process) => (pid, process),
        Cloned::Child => {
            drop(ours);
            // Should the keeper be killed, this process and with it everything
            // on the workbench ends too.
            let _ = set_pdeathsig(Signal::SIGKILL);
            init::be_pid_one(order, command, File::from(theirs), root, broken)
        }
    };
    drop(theirs);
    let mut channel = File::from(ours);
    let prepared = prepare(pid, ids, cgroups, root, broken);
    if let Err(machine) = prepared {
        end(pid, process.as_fd());
        return Err(machine);
    }
    if channel.write_all(b"g").is_err() {
        end(pid, process.as_fd());
        return Err(Machine::new("start PID 1", "it ended at once", None));
    }
    let over = watch(
        process.as_fd(),
        life.as_fd(),
        Instant::now() + order.time_limit,
    );
    end(pid, process.as_fd());
    let mut text = String::new();
    let _ = channel.read_to_string(&mut text);
    match (over, serde_json::from_str::<Report>(&text)) {
        // It has come to its end by itself, and says how.
        (_, Ok(report)) => report,
        (Over::TimeLimit, Err(_)) => Ok(End::TimeLimit),
        (_, Err(_)) => Ok(End::Signal(Signal::SIGKILL as i32)),
    }
}

/// What PID 1 cannot do for itself: its maps, and its cgroup.
fn prepare(
    pid: Pid,
    (uid, gid): (Uid, Gid),
    cgroups: &Cgroups,
    root: bool,
    broken: &Broken,
) -> Result<(), Machine> {
    broken.at("map ids")?;
    if !root {
        let write = |file: &str, text: String| {
            let path = format!("/proc/{pid}/{file}");
            std::fs::write(&path, text).at("map ids", &path)
        };
        // gid_map is refused to an ordinary user before setgroups is denied
        // (user_namespaces(7)).
        write("setgroups", "deny".into())?;
        write("uid_map", format!("0 {uid} 1"))?;
        write("gid_map", format!("0 {gid} 1"))?;
    }
    broken.at("enter cgroups")?;
    cgroups.enter(pid)
}

/// Why the keeper stopped waiting.
enum Over {
    Ended,
    CallerGone,
    TimeLimit,
}

fn watch(process: std::os::fd::BorrowedFd, life: std::os::fd::BorrowedFd, until: Instant) -> Over {
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Over::TimeLimit;
        }
        // Rounded up, so that the last wait isn't one of no time at all.
        let left = left + Duration::from_millis(1);
        let timeout = PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX);
        let mut ready = [
            PollFd::new(process, PollFlags::POLLIN),
            PollFd::new(life, PollFlags::POLLIN),
        ];
        match poll(&mut ready, timeout) {
            Err(Errno::EINTR) => continue,
            Err(_) => return Over::CallerGone,
            Ok(0) => return Over::TimeLimit,
            Ok(_) if ready[0].any().unwrap_or(true) => return Over::Ended,
            Ok(_) => return Over::CallerGone,
        }
    }
}

/// Kills PID 1, and with it the whole pid namespace, and reaps it. The kernel
/// lets waitpid return only when every process of the namespace is gone.
fn end(pid: Pid, process: std::os::fd::BorrowedFd) {
    let _ = sys::pidfd_kill(process);
    while waitpid(pid, None) == Err(Errno::EINTR) {}
}

/// A descriptor's number, left open for the process to be started.
pub(super) fn open_across_exec(descriptor: &OwnedFd) -> nix::Result<RawFd> {
    use nix::fcntl::{FcntlArg, FdFlag, fcntl};
    fcntl(descriptor, FcntlArg::F_SETFD(FdFlag::empty()))?;
    Ok(descriptor.as_raw_fd())
}
