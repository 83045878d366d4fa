//! PID 1 of a workbench: makes it, starts the command, reaps.
//!
//! The steps are in the order of [`make`]; one that fails ends the process,
//! and with PID 1 the workbench is gone before the command was started.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sched::{CloneFlags, unshare};
use nix::sys::signal::{SigSet, Signal, killpg};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{Pid, getpid, sethostname};

use super::cgroup::Cgroups;
use super::machine::{Machine, Mode, Steps};
use super::mounts::mounts;
use super::wire::{Packet, hear, tell};
use super::{End, limits, netlink, root, sys};

/// What PID 1 is to do; copied into it by clone.
pub struct Order<'a> {
    pub mode: Mode,
    pub terminal: bool,
    pub command: &'a [OsString],
    pub shown: &'a [PathBuf],
    pub cgroups: &'a Cgroups,
    pub nonce: String,
    /// Inode of the host's mount namespace.
    pub host_mounts: u64,
}

/// Capabilities that reach beyond every namespace, by their number in
/// linux/capability.h: nothing on a workbench holds them.
const TOO_MUCH: [u32; 13] = [
    9,  // LINUX_IMMUTABLE
    16, // SYS_MODULE
    17, // SYS_RAWIO
    20, // SYS_PACCT
    22, // SYS_BOOT
    25, // SYS_TIME
    30, // AUDIT_CONTROL
    32, // MAC_OVERRIDE
    33, // MAC_ADMIN
    34, // SYSLOG
    35, // WAKE_ALARM
    36, // BLOCK_SUSPEND
    37, // AUDIT_READ
];

/// Runs as PID 1 until the command ends; never returns.
pub fn main(order: &Order, keeper: &OwnedFd) -> ! {
    let steps = Steps::of("init");
    let packet = match make(&steps, order, keeper) {
        Ok(()) => match serve(order, keeper) {
            Ok(end) => Packet::Ended(end),
            Err(error) => Packet::Failed(Machine::failed("run the command", &error)),
        },
        Err(machine) => Packet::Failed(machine),
    };
    // A keeper that is gone hears nothing, and needs to hear nothing.
    let _ = tell(keeper, &packet);
    std::process::exit(0)
}

/// Turns the new namespaces into a workbench.
fn make(steps: &Steps, order: &Order, keeper: &OwnedFd) -> Result<(), Machine> {
    // Before anything else, or a keeper killed now would leave us behind.
    steps.step("die with the keeper", sys::die_with_parent)?;
    // In a user namespace nothing is permitted before its maps are written.
    match steps.step("wait for the keeper", || hear(keeper))? {
        Some(Packet::Go) => {}
        _ => return Err(Machine::new("wait for the keeper", "it is gone")),
    }
    // From here on mounts are changed: never in the host's namespace.
    steps.step("prove the namespaces", || prove_apart(order))?;
    steps.step("make mounts private", make_private)?;
    // While the host's hierarchies are in sight; the place taken here becomes
    // the root of the cgroup namespace.
    steps.step("join the cgroups", || order.cgroups.enter())?;
    steps.step("cgroup namespace", || unshare(CloneFlags::CLONE_NEWCGROUP))?;
    steps.step("leaf of the cgroups", || order.cgroups.settle())?;
    steps.step("hostname", || sethostname("workbench"))?;
    steps.step("loopback", netlink::loopback_up)?;
    let delegated = order.cgroups.has_v2();
    root::enter(steps, order.mode, &order.nonce, order.shown, delegated)?;
    limits::set(steps, order.mode)?;
    // Last: the steps above needed some of them.
    steps.step("drop capabilities", || sys::drop_capabilities(&TOO_MUCH))?;
    steps.step("tell the keeper", || tell(keeper, &Packet::Started))
}

fn prove_apart(order: &Order) -> io::Result<()> {
    if getpid() != Pid::from_raw(1) {
        return Err(io::Error::other("this is not PID 1"));
    }
    if mount_namespace()? == order.host_mounts {
        return Err(io::Error::other("this is the host's mount namespace"));
    }
    Ok(())
}

/// The inode that tells this process's mount namespace from others.
pub fn mount_namespace() -> io::Result<u64> {
    Ok(fs::metadata("/proc/self/ns/mnt")?.ino())
}

/// No mount made here may appear on the host.
fn make_private() -> io::Result<()> {
    use nix::mount::{MsFlags, mount};
    let flags = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
    mount(None::<&str>, "/", None::<&str>, flags, None::<&str>)?;
    match mounts()?.iter().find(|mount| mount.shared) {
        Some(mount) => Err(io::Error::other(format!(
            "{} is still shared",
            mount.point.display()
        ))),
        None => Ok(()),
    }
}

/// Starts the command and reaps until it has ended.
fn serve(order: &Order, keeper: &OwnedFd) -> io::Result<End> {
    let command = match start(order) {
        Ok(pid) => pid,
        Err(error) => {
            let name = order.command[0].to_string_lossy();
            eprintln!("workbench: run {name}: {error}");
            let missing = error.kind() == io::ErrorKind::NotFound;
            return Ok(End::Code(if missing { 127 } else { 126 }));
        }
    };
    // Blocked only now: the command would inherit it, and a learner's init would
    // never hear of its children. What has ended already is reaped below.
    let mut mask = SigSet::empty();
    mask.add(Signal::SIGCHLD);
    mask.thread_block()?;
    let children = SignalFd::with_flags(&mask, SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC)?;
    loop {
        if let Some(end) = reap(command, order.terminal)? {
            return Ok(end);
        }
        let mut sources = [
            PollFd::new(children.as_fd(), PollFlags::POLLIN),
            PollFd::new(keeper.as_fd(), PollFlags::POLLIN),
        ];
        match poll(&mut sources, PollTimeout::NONE) {
            Err(nix::Error::EINTR) => continue,
            other => other?,
        };
        // The keeper never speaks now: this is its end.
        if sources[1].any().unwrap_or(true) {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        children.read_signal()?;
    }
}

/// Takes every child that has ended; the command's end, if it is among them.
///
/// On a terminal a command that Ctrl-Z has stopped goes on: it would stay in
/// front, and nobody behind it could bring it back.
fn reap(command: Pid, terminal: bool) -> io::Result<Option<End>> {
    let mut flags = WaitPidFlag::WNOHANG;
    if terminal {
        flags |= WaitPidFlag::WUNTRACED;
    }
    loop {
        match waitpid(None, Some(flags)) {
            Ok(WaitStatus::Stopped(pid, Signal::SIGTSTP | Signal::SIGSTOP)) if pid == command => {
                // It may have been killed meanwhile; its end comes next.
                let _ = killpg(command, Signal::SIGCONT);
            }
            Ok(WaitStatus::Exited(pid, code)) if pid == command => {
                return Ok(Some(End::Code(code)));
            }
            Ok(WaitStatus::Signaled(pid, signal, _)) if pid == command => {
                return Ok(Some(End::Signal(signal as i32)));
            }
            Ok(WaitStatus::StillAlive) | Err(nix::Error::ECHILD) => return Ok(None),
            Ok(_) | Err(nix::Error::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

fn start(order: &Order) -> io::Result<Pid> {
    let mut command = Command::new(&order.command[0]);
    command.args(&order.command[1..]);
    for internal in ["WORKBENCH_KEEPER", "WORKBENCH_FAULT", "WORKBENCH_UNLIMITED"] {
        command.env_remove(internal);
    }
    if order.terminal {
        sys::in_front(&mut command);
    } else {
        command.stdin(Stdio::null());
        sys::own_session(&mut command);
    }
    let child = command.spawn()?;
    Ok(Pid::from_raw(child.id() as i32))
}
