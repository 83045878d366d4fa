//! PID 1 of the workbench: builds it around itself, starts the command, reaps
//! whatever ends, and ends when the command does.

use std::convert::Infallible;
use std::ffi::{CString, OsStr, OsString};
use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;

use nix::errno::Errno;
use nix::sched::{CloneFlags, unshare};
use nix::sys::signal::{SigHandler, Signal, signal};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{Pid, execve, sethostname};

use super::keeper::{Order, Report};
use super::machine::{At, Machine};
use super::step::Broken;
use super::{End, capability, limits, root};
use crate::sys::{self, Cloned};

/// Variables a workbench takes over from its maker, besides its own.
const KEPT: [&str; 4] = ["TERM", "LANG", "LC_ALL", "WORKBENCH_PATH"];

/// The environment on a workbench. What could change how a check judges or
/// what a program prints (`INSTA_*`, `RUST_BACKTRACE`) doesn't get in.
pub(super) fn environment() -> Vec<(OsString, OsString)> {
    let kept = KEPT
        .iter()
        .filter_map(|name| Some((name.into(), std::env::var_os(name)?)));
    let mut all: Vec<(OsString, OsString)> = kept.collect();
    let standard = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    let path = match std::env::var_os("WORKBENCH_PATH") {
        Some(first) => [first.as_os_str(), OsStr::new(standard)].join(OsStr::new(":")),
        None => standard.into(),
    };
    all.push(("PATH".into(), path));
    all.push(("HOME".into(), "/tmp".into()));
    all.push(("WORKBENCH".into(), "1".into()));
    all
}

/// The life of PID 1. Tells the keeper how the command ended, or why it never
/// began, and ends.
pub(super) fn be_pid_one(
    order: &Order,
    command: &[OsString],
    mut keeper: File,
    root_user: bool,
    broken: &Broken,
) -> ! {
    let report: Report = match build(order, &mut keeper, root_user, broken) {
        Ok(()) => start(command, broken).map(reap),
        Err(machine) => Err(machine),
    };
    if let Ok(text) = serde_json::to_vec(&report) {
        // A keeper that is gone has killed us, or is about to be missed.
        let _ = keeper.write_all(&text);
    }
    std::process::exit(0)
}

/// Everything between the clone and the command.
fn build(
    order: &Order,
    keeper: &mut File,
    root_user: bool,
    broken: &Broken,
) -> Result<(), Machine> {
    // Maps and cgroups are the keeper's to set; it says when.
    let mut go = [0u8; 1];
    keeper.read_exact(&mut go).at("wait for the keeper", "")?;
    // Now that we are in our cgroup: it becomes the root of what we can see.
    unshare(CloneFlags::CLONE_NEWCGROUP).at("unshare the cgroup namespace", "")?;
    root::build(order, root_user, broken)?;
    broken.at("bring up the loopback")?;
    sys::loopback_up().at("bring up the loopback", "")?;
    broken.at("set the hostname")?;
    sethostname("workbench").at("set the hostname", "")?;
    broken.at("drop capabilities")?;
    capability::drop_dangerous()?;
    broken.at("set limits")?;
    limits::set(root_user)
}

fn start(command: &[OsString], broken: &Broken) -> Result<Pid, Machine> {
    broken.at("start the command")?;
    let path = command
        .first()
        .map(|p| p.to_string_lossy().into_owned())
        .unwrap_or_default();
    match sys::clone3(CloneFlags::empty()).at("start the command", &path)? {
        Cloned::Parent(pid, _) => Ok(pid),
        Cloned::Child => {
            let Err(errno) = become_command(command);
            eprintln!("workbench: {path}: {}", errno.desc());
            std::process::exit(if errno == Errno::ENOENT { 127 } else { 126 })
        }
    }
}

fn become_command(command: &[OsString]) -> nix::Result<Infallible> {
    for ignored in [
        Signal::SIGINT,
        Signal::SIGTERM,
        Signal::SIGHUP,
        Signal::SIGQUIT,
    ] {
        // SAFETY: SIG_DFL is no handler; no code runs in signal context.
        unsafe { signal(ignored, SigHandler::SigDfl) }?;
    }
    let text = |word: &OsStr| CString::new(word.as_bytes()).map_err(|_| Errno::EINVAL);
    let words: Vec<CString> = command
        .iter()
        .map(|word| text(word))
        .collect::<nix::Result<_>>()?;
    let environment: Vec<CString> = std::env::vars_os()
        .map(|(name, value)| text(&[name, value].join(OsStr::new("="))))
        .collect::<nix::Result<_>>()?;
    let program = words.first().ok_or(Errno::ENOENT)?;
    if command[0].as_bytes().contains(&b'/') {
        return execve(program, &words, &environment);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    for directory in std::env::split_paths(&path) {
        let candidate = text(directory.join(&command[0]).as_os_str())?;
        match execve(&candidate, &words, &environment) {
            Err(Errno::ENOENT | Errno::ENOTDIR) => continue,
            other => return other,
        }
    }
    Err(Errno::ENOENT)
}

/// Reaps every process that ends, until the command does.
fn reap(command: Pid) -> End {
    loop {
        match waitpid(None, None) {
            Ok(WaitStatus::Exited(pid, code)) if pid == command => return End::Code(code),
            Ok(WaitStatus::Signaled(pid, signal, _)) if pid == command => {
                return End::Signal(signal as i32);
            }
            // Cannot happen while the command is our child; ends a wait that
            // would never end.
            Err(Errno::ECHILD) => return End::Signal(Signal::SIGKILL as i32),
            _ => continue,
        }
    }
}
