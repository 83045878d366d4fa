//! What a probe does after it has looked.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use nix::mount::{MsFlags, mount};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, Signal, raise};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use serde_json::{Value, json};

use super::say;

/// Ends this process by a signal.
pub fn die_by(number: i32) -> Result<ExitCode> {
    let signal = Signal::try_from(number).context("signal")?;
    raise(signal).context("raise")?;
    // Still here: the signal was ignored or blocked when we were started.
    Ok(ExitCode::from(99))
}

/// Mounts a tmpfs on each directory.
pub fn mount_on(directories: &[&str]) -> Result<()> {
    for directory in directories {
        let nothing = None::<&str>;
        mount(
            Some("probe"),
            *directory,
            Some("tmpfs"),
            MsFlags::empty(),
            nothing,
        )
        .with_context(|| format!("mount a tmpfs on {directory}"))?;
    }
    Ok(())
}

/// Collects signals and says, at every line of input, how many of each have
/// come so far. Ends with the input.
pub fn count_signals() -> Result<ExitCode> {
    let counted = [
        Signal::SIGHUP,
        Signal::SIGINT,
        Signal::SIGQUIT,
        Signal::SIGTERM,
        Signal::SIGUSR1,
        Signal::SIGUSR2,
    ];
    let set: SigSet = counted.iter().copied().collect();
    set.thread_block().context("block signals")?;
    let signals = SignalFd::with_flags(&set, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?;
    let stdin = std::io::stdin();
    let mut counts: BTreeMap<&str, u32> = counted.iter().map(|s| (s.as_str(), 0)).collect();
    say(json!({ "pid": std::process::id() }))?;
    loop {
        use std::os::fd::AsFd;
        let mut ready = [
            PollFd::new(signals.as_fd(), PollFlags::POLLIN),
            PollFd::new(stdin.as_fd(), PollFlags::POLLIN),
        ];
        poll(&mut ready, PollTimeout::NONE).context("poll")?;
        let asked = ready[1].any().unwrap_or(false);
        while let Some(info) = signals.read_signal().context("read a signal")? {
            if let Ok(signal) = Signal::try_from(info.ssi_signo as i32) {
                *counts.entry(signal.as_str()).or_default() += 1;
            }
        }
        if asked {
            let mut line = String::new();
            if stdin.read_line(&mut line).context("read a line")? == 0 {
                return Ok(ExitCode::SUCCESS);
            }
            say(json!(counts))?;
        }
    }
}

/// Leaves `count` orphans that all end at the same moment, and says who adopted
/// them and how many are zombies when there was time to reap them.
pub fn orphans(count: i32) -> Result<Value> {
    // A shell is the simplest parent that leaves its children: each sleeps on
    // the same pipe, whose end wakes all of them at once.
    let script =
        format!("exec 3<&0; for i in $(seq {count}); do (read x <&3; exit 0) & echo $!; done");
    let mut parent = Command::new("/bin/sh")
        .args(["-c", &script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("start a shell")?;
    let pipe = parent.stdin.take();
    let mut list = String::new();
    let mut out = parent.stdout.take().context("standard output")?;
    // The orphans hold this pipe too: read the lines, not to the end.
    let mut reader = std::io::BufReader::new(&mut out);
    for _ in 0..count {
        std::io::BufRead::read_line(&mut reader, &mut list).context("the orphans' pids")?;
    }
    parent.wait().context("wait for the shell")?;
    let pids: Vec<i32> = list
        .lines()
        .filter_map(|line| line.trim().parse().ok())
        .collect();
    let adopted_by_init = pids
        .iter()
        .filter(|pid| field(**pid, 4) == Some("1".into()))
        .count();
    drop(pipe);
    let deadline = Instant::now() + Duration::from_secs(3);
    let left = |state: &str| {
        let wanted =
            |pid: &&i32| field(**pid, 3).is_some_and(|found| found == state || state == "*");
        pids.iter().filter(wanted).count()
    };
    while left("*") > 0 && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(json!({
        "pid": std::process::id(),
        "parent": nix::unistd::getppid().as_raw(),
        "orphans": pids.len(),
        "adopted_by_init": adopted_by_init,
        "zombies": left("Z"),
    }))
}

/// A field of `/proc/PID/stat` behind the name, counted as the manual does
/// (proc_pid_stat(5)): 3 is the state, 4 the parent.
fn field(pid: i32, number: usize) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let rest = stat.rsplit_once(')')?.1;
    rest.split_whitespace().nth(number - 3).map(str::to_string)
}
