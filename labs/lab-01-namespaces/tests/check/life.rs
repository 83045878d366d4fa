//! Part 01b: exit codes, signals, and the small init.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};
use workbench::probe::processes;
use workbench::{Lab, Running};

use crate::strangers;

/// How an exit code compares with the one the field agrees on.
fn verdict(code: Option<i32>, agreed: i32) -> Value {
    match code {
        Some(code) if code == agreed => "as agreed".into(),
        Some(0) => "0, as if all were well".into(),
        Some(code) => format!("{code} instead of {agreed}").into(),
        None => "ended by a signal itself".into(),
    }
}

pub fn exit_code(lab: &Lab) -> Result<Value> {
    let number = lab.random_number(2, 100)? as i32;
    let mut running = lab
        .with_probe(&["run"], &["exit", &number.to_string()])
        .start()?;
    running.hear()?;
    let own = running.end()?;

    // Sharing the host's pid namespace: a PID 1 would ignore its own signal.
    let signal = [Signal::SIGKILL, Signal::SIGTERM, Signal::SIGUSR2][number as usize % 3] as i32;
    let words = ["run", "--pid", "host"];
    let mut running = lab
        .with_probe(&words, &["kill", &signal.to_string()])
        .start()?;
    running.hear()?;
    let killed = running.end()?;
    let killed_code = match killed.code {
        Some(code) if code == signal => "the signal's number, without 128".into(),
        code => verdict(code, 128 + signal),
    };
    let own_code = match own.code {
        Some(0) => "0, as if all were well".into(),
        Some(code) if code == number => json!("the command's"),
        _ => json!("another"),
    };
    Ok(json!({ "code": { "own": own_code, "killed": killed_code } }))
}

pub fn not_started(lab: &Lab) -> Result<Value> {
    let absent = lab.directory().join(lab.random_name()?);
    let plain = lab.directory().join("plain-file");
    std::fs::write(&plain, "not a program\n").context("write a file")?;
    let (absent, plain) = (absent.to_string_lossy(), plain.to_string_lossy());
    let not_found = lab.run(&["run", "--", &absent])?;
    let not_executable = lab.run(&["run", "--", &plain])?;
    let failing = ["run", "--create-runtime", "/bin/false", "--", "/bin/true"];
    let runtime_failed = lab.run(&failing)?;
    Ok(json!({ "code": {
        "not_found": verdict(not_found.code, 127),
        "not_executable": verdict(not_executable.code, 126),
        "runtime_failed": verdict(runtime_failed.code, 125),
    } }))
}

fn counted(said: &Value, signal: &str) -> u64 {
    said[signal].as_u64().unwrap_or_default()
}

/// Asks the probe for its counts until `signal` has arrived `wanted` times, or
/// a second has passed.
fn hear_counts(
    running: &mut Running,
    ask: &mut dyn FnMut(&mut Running) -> Result<()>,
    signal: &str,
    wanted: u64,
) -> Result<Value> {
    let deadline = Instant::now() + Duration::from_secs(1);
    loop {
        ask(running)?;
        let counts = running.hear()?;
        if counted(&counts, signal) >= wanted || Instant::now() > deadline {
            return Ok(counts);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub fn signals(lab: &Lab) -> Result<Value> {
    let mut running = lab.with_probe(&["run"], &["signals"]).start()?;
    running.hear()?;
    let mut ask = |running: &mut Running| running.say("");
    let mut arrived = serde_json::Map::new();
    let sent = [
        Signal::SIGTERM,
        Signal::SIGHUP,
        Signal::SIGUSR1,
        Signal::SIGINT,
    ];
    for signal in sent {
        running.signal(signal)?;
        let counts = hear_counts(&mut running, &mut ask, signal.as_str(), 1)?;
        let count = counted(&counts, signal.as_str());
        arrived.insert(signal.as_str().into(), times(count, 1));
    }
    running.end()?;
    arrived.insert("ctrl_c".into(), ctrl_c(lab)?);
    Ok(json!({ "arrived": arrived }))
}

/// How often Ctrl-C arrives. Signals of a kind don't queue, so one sent twice
/// in a moment may be seen once. Therefore the runtime is stopped until the
/// command has had the terminal's, and is then sent a signal more: it reads
/// pending signals by number (signal(7)), SIGINT before SIGUSR1. Once SIGUSR1
/// has come through, what was to come of SIGINT has.
fn ctrl_c(lab: &Lab) -> Result<Value> {
    let (mut running, mut terminal) = lab.with_probe(&["run"], &["signals"]).start_on_terminal()?;
    running.hear()?;
    let (mut count, mut pressed) = (0, 0);
    while pressed < 3 && count == pressed {
        running.signal(Signal::SIGSTOP)?;
        terminal.press("\x03")?;
        pressed += 1;
        let mut ask = |_: &mut Running| terminal.press("\n");
        hear_counts(&mut running, &mut ask, "SIGINT", pressed)?;
        running.signal(Signal::SIGUSR1)?;
        running.signal(Signal::SIGCONT)?;
        let counts = hear_counts(&mut running, &mut ask, "SIGUSR1", pressed)?;
        count = counted(&counts, "SIGINT");
    }
    terminal.press("\x04")?;
    running.end()?;
    Ok(times(count, pressed))
}

fn times(count: u64, sent: u64) -> Value {
    match count {
        0 => "never",
        _ if count < sent => "not every time",
        _ if count == sent => "once each",
        _ => "more often than sent",
    }
    .into()
}

/// How many orphans the command leaves.
const ORPHANS: usize = 8;

pub fn init_reaps(lab: &Lab) -> Result<Value> {
    // A shell that leaves its children behind and goes on as the probe.
    let script = format!(
        "for i in $(seq {ORPHANS}); do (sleep 600 >/dev/null 2>&1 &); done; \
         exec \"$0\" probe exit 0"
    );
    let words = ["run", "--init", "--", "/bin/sh", "-c", &script];
    let mut running = lab.program(&words).word(lab.probe()).start()?;
    let look = running.hear()?;
    let is_orphan = |pid: &i32| stat(*pid, NAME).as_deref() == Some("sleep");
    let find = || processes().map(|pids| pids.into_iter().filter(is_orphan).collect());
    wait_until(Duration::from_secs(2), || {
        find().is_ok_and(|found: Vec<i32>| found.len() == ORPHANS)
    });
    let orphans: Vec<i32> = find()?;
    // PID 1 of a pid namespace that isn't ours, as we number it.
    let strangers = strangers()?;
    let init = strangers.iter().find(|pids| pids.last() == Some(&1));
    let init = init.and_then(|pids| pids.first().copied());
    let parent = |pid: &i32| stat(*pid, PARENT).and_then(|parent| parent.parse().ok());
    let adopted = orphans.iter().filter(|pid| parent(pid) == init).count();
    let zombies = match end_at_once(&orphans, init)? {
        0 => "none",
        ORPHANS => "all",
        _ => "some",
    };
    let ended = running.end()?;
    Ok(json!({
        "command": {
            "pid": command_pid(&look),
            "parent": if look["parent"] == 1 { "the init" } else { "another" },
        },
        "orphans": { "adopted_by_init": adopted == ORPHANS, "zombies": zombies },
        "code": verdict(ended.code, 0),
    }))
}

fn command_pid(look: &Value) -> &'static str {
    if look["pid"] == 1 { "1" } else { "another" }
}

/// Ends all orphans while the init is stopped, so that it finds one SIGCHLD for
/// all of them; returns how many are zombies when it had time to reap them.
fn end_at_once(orphans: &[i32], init: Option<i32>) -> Result<usize> {
    let send = |pid: i32, signal| kill(Pid::from_raw(pid), signal).context("signal a process");
    let count = |states: &[&str]| {
        let is = |pid: &&i32| stat(**pid, STATE).is_some_and(|s| states.contains(&s.as_str()));
        orphans.iter().filter(is).count()
    };
    if let Some(init) = init {
        send(init, Signal::SIGSTOP)?;
        wait_until(Duration::from_secs(1), || {
            stat(init, STATE).is_some_and(|state| state == "T")
        });
    }
    for orphan in orphans {
        send(*orphan, Signal::SIGKILL)?;
    }
    wait_until(Duration::from_secs(3), || {
        count(&["Z", "X"]) == orphans.len()
    });
    if let Some(init) = init {
        send(init, Signal::SIGCONT)?;
    }
    wait_until(Duration::from_millis(500), || count(&["Z"]) == 0);
    Ok(count(&["Z"]))
}

/// Fields of `/proc/PID/stat`, counted as proc_pid_stat(5) does.
const NAME: usize = 2;
const STATE: usize = 3;
const PARENT: usize = 4;

fn stat(pid: i32, field: usize) -> Option<String> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (name, rest) = text.rsplit_once(')')?;
    let found = match field {
        NAME => name.split_once('(').map(|split| split.1),
        _ => rest.split_whitespace().nth(field - STATE),
    };
    found.map(str::to_string)
}

fn wait_until(limit: Duration, done: impl Fn() -> bool) {
    let deadline = Instant::now() + limit;
    while !done() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(2));
    }
}

pub fn init_forwards(lab: &Lab) -> Result<Value> {
    let number = lab.random_number(2, 100)? as i32;
    let mut running = lab
        .with_probe(&["run", "--init"], &["exit", &number.to_string()])
        .start()?;
    let pid = command_pid(&running.hear()?);
    let own = running.end()?;
    let own = match own.code {
        Some(0) => "0, as if all were well",
        Some(code) if code == number => "the command's",
        _ => "another",
    };

    // The command has no handler: as PID 1 it would not notice. An orphan has
    // ended before: an init that now waits for the next end hears nothing else.
    let mut running = lab
        .with_probe(&["run", "--init"], &["orphans", "1"])
        .start()?;
    running.hear()?;
    running.signal(Signal::SIGTERM)?;
    let ended = running.ended_within(Duration::from_secs(2))?;
    let terminated = match ended {
        None => json!("not at all"),
        Some(ended) => verdict(ended.code, 128 + Signal::SIGTERM as i32),
    };
    let (code, sigterm) = without_init(lab, number)?;
    Ok(json!({
        "command": { "pid": pid },
        "code": { "own": own, "sigterm": terminated },
        "without_init": { "code": code, "sigterm": sigterm },
    }))
}

/// The same without an init: what goes wrong here isn't the init's fault.
fn without_init(lab: &Lab, number: i32) -> Result<(Value, Value)> {
    let mut running = lab
        .with_probe(&["run"], &["exit", &number.to_string()])
        .start()?;
    running.hear()?;
    let code = verdict(running.end()?.code, number);
    let mut running = lab.with_probe(&["run"], &["signals"]).start()?;
    running.hear()?;
    running.signal(Signal::SIGTERM)?;
    let mut ask = |running: &mut Running| running.say("");
    let counts = hear_counts(&mut running, &mut ask, "SIGTERM", 1)?;
    running.end()?;
    Ok((code, times(counted(&counts, "SIGTERM"), 1)))
}
