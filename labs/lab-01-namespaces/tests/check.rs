//! The checks of lab 01. Each scenario runs on a workbench of its own, starts
//! the lab's program with the probe as the container's command, and returns
//! what was seen, told in words that mean the same on every machine: `new` and
//! `same` instead of inode numbers, `asked` instead of a random name.

#[path = "check/life.rs"]
mod life;

use anyhow::{Context, Result};
use nix::mount::{MsFlags, mount};
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
    scenario("exit-code", life::exit_code),
    scenario("not-started", life::not_started),
    scenario("signals", life::signals),
    scenario("init-reaps", life::init_reaps),
    scenario("init-forwards", life::init_forwards),
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
    let slept = std::fs::read_to_string(&*ready).is_ok_and(|words| words.contains("sleeping"));
    Ok(json!({ "command": {
        "started": if said["ready"] == true { "after the runtime was ready" } else { "too early" },
        "held": if slept { "by a pause" } else { "not by a pause" },
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

/// Has a process left the pid namespace for children it doesn't have yet? The
/// link to such a namespace can't be read (pid_namespaces(7)).
fn unshared_without_children() -> Result<bool> {
    let lost = |pid: &i32| {
        let link = std::fs::read_link(format!("/proc/{pid}/ns/pid_for_children"));
        let error = link.err().map(|error| error.kind());
        error == Some(std::io::ErrorKind::NotFound) && namespace(&pid.to_string(), "pid").is_ok()
    };
    Ok(processes()?.iter().any(lost))
}

fn inside_pid(look: &Value) -> &'static str {
    match look["pid"].as_i64() {
        Some(1) => "1",
        _ => "another",
    }
}

fn pid_one(lab: &Lab) -> Result<Value> {
    let mut running = lab.with_probe(&["run"], &["exit", "0"]).start()?;
    let look = running.hear()?;
    let strangers = strangers()?;
    let unshared = unshared_without_children()?;
    running.end()?;
    // Seen from outside: the container's own /proc is another task's.
    let namespace = match (strangers.is_empty(), unshared) {
        (false, _) => "new",
        (true, true) => "new for children it doesn't have",
        (true, false) => "same",
    };
    let outside = match strangers.as_slice() {
        [pids] if pids.len() >= 2 && pids.last() == Some(&1) => {
            "another, and 1 in its own namespace"
        }
        [] => "in the host's pid namespace",
        _ => "not one process",
    };
    Ok(json!({
        "inside": {
            "pid": inside_pid(&look),
            "pid_namespace": namespace,
            "mnt": compared(&look, "mnt")?,
        },
        "host": { "pid": outside },
    }))
}

fn proc(lab: &Lab) -> Result<Value> {
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
        "inside": { "pid": inside_pid(&look), "processes": shown, "proc_self": itself },
        "host": { "proc": kept(own_kept), "mounts": kept(before == after) },
    }))
}
