//! What is left when the caller or the keeper is killed.

use std::fs;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use libtest_mimic::{Failed, Trial};
use nix::sys::signal::{SigSet, Signal, kill};
use nix::unistd::Pid;

use crate::host::{Host, abandoned, gone, processes};
use crate::runner::{Who, nonce, run};

/// A keeper removes everything within a second; a loaded machine gets more.
const PATIENCE: Duration = Duration::from_secs(5);

pub fn trials(who: Who) -> Vec<Trial> {
    let named = |name: &str, test: fn(Who) -> Result<(), Failed>| {
        Trial::test(format!("{who}::life::{name}"), move || test(who))
    };
    vec![
        named("caller-killed", caller_killed),
        named("keeper-killed", keeper_killed),
        named("in-parallel", in_parallel),
        named("caller-blocks-signals", caller_blocks_signals),
    ]
}

fn start(who: Who, nonce: &str) -> std::io::Result<Child> {
    let mut command = who.workbench();
    command.args(["run", "--env", nonce, "--", "/bin/sleep", "1000"]);
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()
}

/// The caller is killed at many moments of the workbench's life.
fn caller_killed(who: Who) -> Result<(), Failed> {
    let host = Host::watch();
    for milliseconds in [0, 1, 2, 3, 5, 7, 9, 12, 16, 20, 30, 60, 120] {
        let nonce = nonce();
        let mut caller = start(who, &nonce)?;
        std::thread::sleep(Duration::from_millis(milliseconds));
        caller.kill()?;
        caller.wait()?;
        gone(&nonce, PATIENCE).map_err(|words| format!("after {milliseconds} ms: {words}"))?;
        // A caller killed between fork and exec has a keeper that starts late.
        host.unchanged_within(PATIENCE, &nonce)?;
    }
    Ok(())
}

/// What a caller blocks is inherited by exec; on a workbench nothing is.
fn caller_blocks_signals(who: Who) -> Result<(), Failed> {
    let blocked: SigSet = [Signal::SIGTERM, Signal::SIGUSR1].into_iter().collect();
    blocked.thread_block()?;
    let mut command = who.workbench();
    command.args(["run", "--", "/bin/grep", "SigBlk", "/proc/self/status"]);
    let output = command.output();
    blocked.thread_unblock()?;
    let seen = String::from_utf8(output?.stdout)?;
    match seen.trim_end().ends_with(":\t0000000000000000") {
        true => Ok(()),
        false => Err(format!("blocked inside: {seen:?}").into()),
    }
}

/// The keeper is killed: PID 1 goes with it, the next run removes the cgroups.
fn keeper_killed(who: Who) -> Result<(), Failed> {
    let host = Host::watch();
    for milliseconds in [2, 4, 6, 8, 12, 50] {
        let nonce = nonce();
        let mut caller = start(who, &nonce)?;
        let keeper = wait_for_child(caller.id())?;
        std::thread::sleep(Duration::from_millis(milliseconds));
        kill(Pid::from_raw(keeper as i32), Signal::SIGKILL)?;
        let status = caller.wait()?;
        if status.code() != Some(3) {
            return Err(format!("the caller said {status:?}").into());
        }
        gone(&nonce, PATIENCE).map_err(|words| format!("after {milliseconds} ms: {words}"))?;
        run(who, &[], &["/bin/true"]);
        let own = abandoned().into_iter().find(|path| {
            path.to_string_lossy()
                .split('.')
                .any(|part| part == keeper.to_string())
        });
        if let Some(path) = own {
            return Err(format!("{} was not swept", path.display()).into());
        }
        host.unchanged(&nonce)?;
    }
    Ok(())
}

fn wait_for_child(pid: u32) -> Result<u32, Failed> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let path = format!("/proc/{pid}/task/{pid}/children");
        let children = fs::read_to_string(path)?;
        if let Some(child) = children.split_whitespace().next() {
            return Ok(child.parse()?);
        }
        if Instant::now() > deadline {
            return Err("no keeper was started".into());
        }
    }
}

/// Workbenches know nothing of each other.
fn in_parallel(who: Who) -> Result<(), Failed> {
    let (host, nonce) = (Host::watch(), nonce());
    let script = "test ! -e /tmp/mine && touch /tmp/mine /usr/mine && test $(ls /proc | grep -c '^[0-9]') -lt 9";
    let threads: Vec<_> = (0..6)
        .map(|_| {
            let nonce = nonce.clone();
            std::thread::spawn(move || {
                let command = ["/bin/sh", "-c", script];
                (0..3).all(|_| run(who, &["--env", &nonce], &command).status.success())
            })
        })
        .collect();
    let all = threads
        .into_iter()
        .all(|thread| thread.join().unwrap_or(false));
    if !all || !processes(&nonce).is_empty() {
        return Err("a workbench saw another one".into());
    }
    Ok(host.unchanged(&nonce)?)
}
