//! The checks of lab 01. Each scenario runs on a workbench of its own, starts
//! the lab's program with the probe as the container's command, and returns
//! what was seen, told in words that mean the same on every machine: `new` and
//! `same` instead of inode numbers, `asked` instead of a random name.

use anyhow::{Context, Result};
use nix::mount::{MsFlags, mount};
use nix::sys::signal::Signal;
use serde_json::{Value, json};
use workbench::probe::{create_runtime_link, namespace, processes};
use workbench::{Lab, Scenario, scenario};

workbench::check_main!(SCENARIOS);

const SCENARIOS: &[Scenario] = &[
    scenario("hostname", hostname),
    scenario("private", private),
    scenario("waits", waits),
    scenario("namespaces", namespaces),
    scenario("pid-one", pid_one),
    scenario("proc", proc),
    scenario("exit-code", exit_code),
    scenario("not-started", not_started),
    scenario("signals", signals),
    scenario("init-reaps", init_reaps),
    scenario("init-forwards", init_forwards),
];

/// Is a namespace of the probe the scenario's own?
fn compared(look: &Value, name: &str) -> Result<&'static str> {
    let inside = look["namespaces"][name].as_u64();
    Ok(match inside {
        Some(inode) if inode == namespace("self", name)? => "same",
        Some(_) => "new",
        None => "unknown",
    })
}

fn own_hostname() -> Result<String> {
    Ok(nix::unistd::gethostname()?.to_string_lossy().into_owned())
}

fn kept(same: bool) -> &'static str {
    if same { "kept" } else { "changed" }
}

fn hostname(lab: &Lab) -> Result<Value> {
    let name = lab.random_name()?;
    let before = own_hostname()?;
    let words = ["unshare", "--uts", "--hostname", &name];
    let mut running = lab.with_probe(&words, &["exit", "0"]).start()?;
    let look = running.hear()?;
    let after = own_hostname()?;
    running.end()?;
    let seen = look["hostname"].as_str().unwrap_or_default();
    let seen = match seen {
        _ if seen == name => "asked",
        _ if seen == before => "the host's",
        _ if seen.trim() == name || seen.contains(&name) => "asked, and more",
        _ => "another",
    };
    Ok(json!({
        "inside": { "hostname": seen, "uts": compared(&look, "uts")? },
        "host": { "hostname": kept(before == after) },
    }))
}

/// Makes every mount of the workbench shared, as systemd makes a machine's.
/// Where `/` is private already, a missing `MS_PRIVATE` can't be noticed.
fn share_all_mounts() -> Result<()> {
    let flags = MsFlags::MS_REC | MsFlags::MS_SHARED;
    mount(None::<&str>, "/", None::<&str>, flags, None::<&str>).context("share all mounts")
}

fn mount_points() -> Result<Vec<String>> {
    let table = std::fs::read_to_string("/proc/self/mountinfo").context("read mountinfo")?;
    let point = |line: &str| line.split(' ').nth(4).unwrap_or_default().to_string();
    Ok(table.lines().map(point).collect())
}

fn private(lab: &Lab) -> Result<Value> {
    // One directory on the root itself, one on a mount below it.
    let (on_root, below) = ("/probe-mounts-here", "/tmp/probe-mounts-here");
    for directory in [on_root, below] {
        std::fs::create_dir(directory).with_context(|| format!("create {directory}"))?;
    }
    share_all_mounts()?;
    let mut running = lab
        .with_probe(&["unshare", "--mount"], &["mount", on_root, below])
        .start()?;
    let look = running.hear()?;
    let outside = mount_points()?;
    running.end()?;
    let inside = |point: &str| {
        let mounts = look["mounts"].as_array().into_iter().flatten();
        mounts.into_iter().any(|mount| mount[0] == point)
    };
    let leaked = |point: &str| {
        if outside.iter().any(|mount| mount == point) {
            "appeared"
        } else {
            "none"
        }
    };
    Ok(json!({
        "inside": { "mounted": inside(on_root) && inside(below), "mnt": compared(&look, "mnt")? },
        "host": { "mount_on_root": leaked(on_root), "mount_below": leaked(below) },
    }))
}

fn waits(lab: &Lab) -> Result<Value> {
    let program = create_runtime_link(lab)?;
    let ready = program.with_file_name("ready");
    let program = program.to_string_lossy();
    let ready = ready.to_string_lossy();
    let words = ["run", "--pid", "host", "--create-runtime", &program];
    let mut running = lab.with_probe(&words, &["ready", &ready]).start()?;
    let said = running.hear()?;
    running.end()?;
    Ok(json!({ "command": {
        "started": if said["ready"] == true { "after the runtime was ready" } else { "too early" },
    } }))
}

fn namespaces(lab: &Lab) -> Result<Value> {
    let mut running = lab
        .with_probe(&["run", "--pid", "host"], &["exit", "0"])
        .start()?;
    let look = running.hear()?;
    running.end()?;
    let mut inside = serde_json::Map::new();
    for name in ["pid", "mnt", "uts", "ipc", "net", "user", "cgroup"] {
        inside.insert(name.into(), compared(&look, name)?.into());
    }
    Ok(json!({ "inside": inside }))
}

/// The pids, here, of the processes whose pid namespace is not ours, each with
/// its pids from the outermost namespace to its own (proc_pid_status(5), NSpid).
fn strangers() -> Result<Vec<Vec<i32>>> {
    let own = namespace("self", "pid")?;
    let mut found = Vec::new();
    for pid in processes()? {
        // It may end while we look.
        if namespace(&pid.to_string(), "pid").is_ok_and(|other| other != own) {
            let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
            let line = status.lines().find_map(|line| line.strip_prefix("NSpid:"));
            let pids = line.unwrap_or_default().split_whitespace();
            found.push(pids.filter_map(|pid| pid.parse().ok()).collect());
        }
    }
    Ok(found)
}

fn pid_one(lab: &Lab) -> Result<Value> {
    let mut running = lab.with_probe(&["run"], &["exit", "0"]).start()?;
    let look = running.hear()?;
    let strangers = strangers()?;
    running.end()?;
    let inside = match look["pid"].as_i64() {
        Some(1) => "1",
        _ => "another",
    };
    let outside = match strangers.as_slice() {
        [pids] if pids.len() >= 2 && pids.last() == Some(&1) => {
            "another, and 1 in its own namespace"
        }
        [] => "in the host's pid namespace",
        _ => "not one process",
    };
    Ok(json!({
        "inside": { "pid": inside, "pid_namespace": compared(&look, "pid")? },
        "host": { "pid": outside },
    }))
}

fn proc(lab: &Lab) -> Result<Value> {
    share_all_mounts()?;
    let before = mount_points()?;
    let mut running = lab.with_probe(&["run"], &["exit", "0"]).start()?;
    let look = running.hear()?;
    let after = mount_points()?;
    let own = std::fs::read_link("/proc/self").ok();
    let own_kept = own.is_some_and(|own| own.to_string_lossy() == std::process::id().to_string());
    running.end()?;
    let shown = match look["processes"].as_array().map(Vec::as_slice) {
        Some([only]) if *only == 1 => "its own",
        Some([]) | None => "none",
        _ => "the host's",
    };
    let itself = if look["proc_self"] == "1" {
        "itself"
    } else {
        "nobody"
    };
    Ok(json!({
        "inside": { "processes": shown, "proc_self": itself },
        "host": { "proc": kept(own_kept), "mounts": kept(before == after) },
    }))
}

/// How an exit code compares with the one the field agrees on.
fn verdict(code: Option<i32>, agreed: i32) -> Value {
    match code {
        Some(code) if code == agreed => "as agreed".into(),
        Some(0) => "0, as if all were well".into(),
        Some(code) => format!("{code} instead of {agreed}").into(),
        None => "ended by a signal itself".into(),
    }
}

fn exit_code(lab: &Lab) -> Result<Value> {
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

fn not_started(lab: &Lab) -> Result<Value> {
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
fn hear_count(
    running: &mut workbench::Running,
    ask: &mut dyn FnMut(&mut workbench::Running) -> Result<()>,
    signal: &str,
    wanted: u64,
) -> Result<u64> {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(1);
    loop {
        ask(running)?;
        let count = counted(&running.hear()?, signal);
        if count >= wanted || std::time::Instant::now() > deadline {
            return Ok(count);
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

fn signals(lab: &Lab) -> Result<Value> {
    let mut running = lab.with_probe(&["run"], &["signals"]).start()?;
    running.hear()?;
    let mut ask = |running: &mut workbench::Running| running.say("");
    let mut arrived = serde_json::Map::new();
    for signal in [Signal::SIGTERM, Signal::SIGHUP, Signal::SIGUSR1] {
        running.signal(signal)?;
        let count = hear_count(&mut running, &mut ask, signal.as_str(), 1)?;
        arrived.insert(signal.as_str().into(), times(count, 1));
    }
    running.end()?;

    let (mut running, mut terminal) = lab.with_probe(&["run"], &["signals"]).start_on_terminal()?;
    running.hear()?;
    const PRESSES: u64 = 5;
    let mut count = 0;
    for press in 1..=PRESSES {
        terminal.press("\x03")?;
        let mut ask = |_: &mut workbench::Running| terminal.press("\n");
        count = hear_count(&mut running, &mut ask, "SIGINT", press)?;
    }
    terminal.press("\x04")?;
    running.end()?;
    arrived.insert("ctrl_c".into(), times(count, PRESSES));
    Ok(json!({ "arrived": arrived }))
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

fn init_reaps(lab: &Lab) -> Result<Value> {
    let mut running = lab
        .with_probe(&["run", "--init"], &["orphans", "8"])
        .start()?;
    let said = running.hear()?;
    let ended = running.end()?;
    let zombies = match said["zombies"].as_u64() {
        Some(0) => "none",
        Some(8) => "all",
        _ => "some",
    };
    Ok(json!({
        "command": {
            "pid": if said["pid"] == 1 { "1" } else { "another" },
            "parent": if said["parent"] == 1 { "the init" } else { "another" },
        },
        "orphans": {
            "adopted_by_init": said["adopted_by_init"] == said["orphans"],
            "zombies": zombies,
        },
        "code": verdict(ended.code, 0),
    }))
}

fn init_forwards(lab: &Lab) -> Result<Value> {
    let number = lab.random_number(2, 100)? as i32;
    let mut running = lab
        .with_probe(&["run", "--init"], &["exit", &number.to_string()])
        .start()?;
    running.hear()?;
    let own = running.end()?;
    let own = match own.code {
        Some(0) => "0, as if all were well",
        Some(code) if code == number => "the command's",
        _ => "another",
    };

    // The command has no handler: as PID 1 it would not notice.
    let mut running = lab.with_probe(&["run", "--init"], &["exit", "0"]).start()?;
    running.hear()?;
    running.signal(Signal::SIGTERM)?;
    let ended = running.ended_within(std::time::Duration::from_secs(2))?;
    let terminated = match ended {
        None => json!("not at all"),
        Some(ended) => verdict(ended.code, 128 + Signal::SIGTERM as i32),
    };
    Ok(json!({ "code": { "own": own, "sigterm": terminated } }))
}
