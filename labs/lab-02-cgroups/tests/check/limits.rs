//! A container in a group of its own, and what the kernel makes of its limits.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use nix::errno::Errno;
use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};
use serde_json::{Value, json};
use workbench::probe::cgroup::{Groups, V2, directory, entry, groups, membership, value};
use workbench::{Lab, Lacking};

use crate::tables::share;
use crate::{groups_of, heard, wait_until};

/// The controllers of version 1 that a container's limits and accounts need.
const NEEDED: [&str; 5] = ["cpu", "cpuacct", "memory", "pids", "freezer"];

/// Compares the paths of a membership with those of another: those of
/// version 1, or that of version 2 where there is no other.
pub fn place(text: &str, runtime: &BTreeMap<String, String>) -> &'static str {
    let paths = membership(text);
    let v1 = NEEDED.iter().any(|name| runtime.contains_key(*name));
    let counts = |name: &str| {
        if v1 {
            NEEDED.contains(&name)
        } else {
            name == V2
        }
    };
    let all: Vec<bool> = runtime
        .iter()
        .filter(|(name, _)| counts(name))
        .map(|(name, path)| paths.get(name).is_some_and(|own| own != path))
        .collect();
    match all.iter().filter(|&&own| own).count() {
        0 => "the runtime's",
        count if count == all.len() => "its own",
        _ => "not everywhere its own",
    }
}

pub fn membership_of(process: &str) -> Result<String> {
    let path = format!("/proc/{process}/cgroup");
    std::fs::read_to_string(&path).with_context(|| format!("read {path}"))
}

pub fn limits(lab: &Lab) -> Result<Value> {
    let own = membership(&membership_of("self")?);
    let millis = lab.random_number(200, 900)?;
    let mebibytes = lab.random_number(32, 100)?;
    let count = lab.random_number(10, 90)?;
    let words = [
        "run",
        "--pid",
        "host",
        "--cpus",
        &format!("{millis}m"),
        "--memory",
        &format!("{mebibytes}Mi"),
        "--pids-limit",
        &count.to_string(),
    ];
    let mut running = lab.with_probe(&words, &["exit", "0"]).start()?;
    let look = running.hear()?;
    let pid = look["pid"].to_string();
    let at_its_start = place(look["cgroup"].as_str().unwrap_or_default(), &own);
    // One that comes late is to be seen coming.
    let now = || membership_of(&pid).is_ok_and(|text| place(&text, &own) == "its own");
    wait_until(
        Duration::from_millis(if at_its_start == "its own" { 0 } else { 500 }),
        now,
    );
    let later = place(&membership_of(&pid)?, &own);
    let runtime = place(&membership_of(&running.pid().to_string())?, &own);
    let found = groups_of(&look)?;
    let values = match later {
        "its own" => values(&found, millis, u64::from(mebibytes) << 20, count),
        _ => json!("of another group"),
    };
    running.end()?;
    Ok(json!({
        "group": { "at_its_start": at_its_start, "later": later },
        "runtime": { "group": if runtime == "the runtime's" { "kept" } else { "changed" } },
        "values": values,
    }))
}

/// What the kernel's files say about the limits.
fn values(groups: &Groups, millis: u32, bytes: u64, count: u32) -> Value {
    let read = |controller: &str, v1: &str, v2: &str| {
        let (is_v1, path) = directory(groups, controller)?;
        value(path, if is_v1 { v1 } else { v2 })
    };
    let first =
        |text: Option<String>, at: usize| -> Option<f64> { text?.split(' ').nth(at)?.parse().ok() };
    let v1 = directory(groups, "cpu").is_some_and(|found| found.0);
    let quota = first(read("cpu", "cpu.cfs_quota_us", "cpu.max"), 0);
    let period = match v1 {
        true => first(read("cpu", "cpu.cfs_period_us", ""), 0),
        false => first(read("cpu", "", "cpu.max"), 1),
    };
    let is = |text: Option<String>, wanted: String| match text {
        Some(text) if text == wanted => "as asked",
        Some(_) => "another",
        None => "no such file",
    };
    json!({
        "cpus": share(quota.filter(|quota| *quota > 0.0), period.unwrap_or(1.0), f64::from(millis)),
        "memory": is(read("memory", "memory.limit_in_bytes", "memory.max"), bytes.to_string()),
        "pids": is(read("pids", "pids.max", "pids.max"), count.to_string()),
    })
}

/// The top of version 2, as a workbench shows it. The check itself stands in a
/// leaf directly below.
fn unified() -> Result<PathBuf> {
    match groups("self")?.remove(V2) {
        Some(own) => Ok(own.parent().unwrap_or(&own).to_path_buf()),
        None => Err(Lacking {
            step: "look for cgroup v2".into(),
            message: "it is not mounted".into(),
            missing: "as root: mount -t cgroup2 none DIRECTORY, beside what is there".into(),
        }
        .into()),
    }
}

/// What a program that started no container says of the kernel's answer.
fn refusal(words: &str) -> String {
    let answers = [
        ("resource busy", "busy"),
        ("isn't handed on by", "no such file"),
        ("Is a directory", "is a directory"),
        ("Bad file", "bad file descriptor"),
        ("Invalid argument", "invalid argument"),
    ];
    let answer = answers.iter().find(|(part, _)| words.contains(part));
    answer.map_or("no".into(), |(_, answer)| format!("refused: {answer}"))
}

pub fn born(lab: &Lab) -> Result<Value> {
    unified()?;
    let own = membership(&membership_of("self")?);
    let mut running = lab
        .with_probe(&["run", "--pid", "host"], &["exit", "0"])
        .start()?;
    let look = match heard(&mut running)? {
        Ok(look) => look,
        Err(words) => {
            let started = refusal(&words);
            return Ok(json!({ "command": { "started": started }, "v2": { "group": "none" } }));
        }
    };
    let start = membership(look["cgroup"].as_str().unwrap_or_default());
    let group = match (start.get(V2), own.get(V2)) {
        (Some(start), Some(own)) if start != own => "its own",
        _ => "the runtime's",
    };
    running.end()?;
    Ok(json!({
        "command": { "started": "yes" },
        "v2": { "group": group },
    }))
}

/// A controller that version 2 has here, with a file of it and a value.
fn controller(root: &std::path::Path) -> Result<(&'static str, String, String)> {
    let there = value(root, "cgroup.controllers").unwrap_or_default();
    let has = |name: &str| there.split(' ').any(|word| word == name);
    if has("pids") {
        return Ok(("pids", "pids.max".into(), "77".into()));
    }
    // Where version 1 has all others this one is usually free.
    let sizes = std::fs::read_dir("/sys/kernel/mm/hugepages")
        .into_iter()
        .flatten()
        .flatten();
    let kib = sizes.filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        name.strip_prefix("hugepages-")?
            .strip_suffix("kB")?
            .parse::<u64>()
            .ok()
    });
    match kib.min().filter(|_| has("hugetlb")) {
        Some(kib) => {
            let file = format!("hugetlb.{}MB.max", kib >> 10);
            Ok(("hugetlb", file, (kib << 10).to_string()))
        }
        None => Err(Lacking {
            step: "enable a controller of cgroup v2".into(),
            message: format!("{} offers none that could be tried", root.display()),
            missing: "the controller pids, or else hugetlb, in cgroup v2".into(),
        }
        .into()),
    }
}

pub fn enabled(lab: &Lab) -> Result<Value> {
    let root = unified()?;
    let (name, file, wanted) = controller(&root)?;
    // Two levels below what has the controller enabled already.
    let (above, parent) = (lab.random_name()?, lab.random_name()?);
    let above = root.join(above);
    let parent = above.join(parent);
    std::fs::create_dir_all(&parent).context("make the groups above")?;
    let path = format!("/{}", parent.strip_prefix(&root)?.display());
    let setting = format!("{file}={wanted}");
    let words = [
        "run",
        "--pid",
        "host",
        "--cgroup-parent",
        &path,
        "--cgroup-conf",
        &setting,
    ];
    let mut running = lab.with_probe(&words, &["exit", "0"]).start()?;
    let look = heard(&mut running)?;
    let state = |directory: &std::path::Path| {
        let list = value(directory, "cgroup.subtree_control").unwrap_or_default();
        match list.split(' ').any(|word| word == name) {
            true => "enabled",
            false => "not enabled",
        }
    };
    let controller = json!({ "above": state(&above), "parent": state(&parent) });
    let look = match look {
        Ok(look) => look,
        Err(words) => {
            let started = refusal(&words);
            return Ok(json!({ "command": { "started": started }, "controller": controller }));
        }
    };
    let group = groups_of(&look)?.remove(V2).unwrap_or_default();
    let set = match value(&group, &file) {
        Some(text) if text == wanted => "as asked",
        Some(_) => "another",
        None => "no such file",
    };
    let below = group.parent() == Some(parent.as_path());
    running.end()?;
    // Once enabled, nothing is left to be written there: the directories above
    // may be somebody else's.
    let flags = InitFlags::IN_NONBLOCK | InitFlags::IN_CLOEXEC;
    let writes = Inotify::init(flags).context("inotify_init")?;
    for directory in [&root, &above, &parent] {
        let file = directory.join("cgroup.subtree_control");
        let watch = writes.add_watch(&file, AddWatchFlags::IN_MODIFY);
        watch.with_context(|| format!("watch {}", file.display()))?;
    }
    let mut running = lab.with_probe(&words, &["exit", "0"]).start()?;
    let again = match heard(&mut running)? {
        Ok(_) => "yes".into(),
        Err(words) => refusal(&words),
    };
    if again == "yes" {
        running.end()?;
    }
    let writes = match writes.read_events() {
        Err(Errno::EAGAIN) => "left alone",
        Err(error) => return Err(error).context("read what was written"),
        Ok(_) => "written to",
    };
    let unknown = lab.run(&["run", "--cgroup-conf", "nosuch.max=1", "--", "/bin/true"])?;
    Ok(json!({
        "command": { "started": "yes", "group": if below { "below the parent" } else { "elsewhere" } },
        "controller": controller,
        "value": set,
        "when_enabled_already": { "started": again, "directories": writes },
        "unknown_controller": refusal(&unknown.stderr),
    }))
}

pub fn hog(lab: &Lab) -> Result<Value> {
    let taken = |mebibytes: &str| -> Result<&str> {
        let words = ["run", "--pid", "host", "--memory", "64Mi"];
        let mut running = lab.with_probe(&words, &["hog", mebibytes]).start()?;
        running.hear()?;
        let taken = heard(&mut running)?.is_ok();
        Ok(if taken { "taken" } else { "not to be had" })
    };
    Ok(json!({ "300Mi": taken("300")?, "8Mi": taken("8")? }))
}

pub fn bomb(lab: &Lab) -> Result<Value> {
    let limit = lab.random_number(12, 40)?;
    let words = ["run", "--pid", "host", "--pids-limit", &limit.to_string()];
    let mut running = lab.with_probe(&words, &["bomb", "80"]).start()?;
    let said = running.hear()?;
    let refusals = groups_of(&said).ok().and_then(|groups| {
        let (_, path) = directory(&groups, "pids")?;
        entry(path, "pids.events", "max")
    });
    running.end()?;
    // The command itself is one of them.
    let all = said["started"].as_u64().unwrap_or_default() + 1;
    Ok(json!({
        "processes": match all {
            81 => "as many as it wanted",
            all if all == u64::from(limit) => "as many as the limit",
            _ => "another number",
        },
        "next": if said["refused"] == libc::EAGAIN { "refused" } else { "not refused" },
        "counted_by_its_group": refusals.is_some_and(|count| count > 0),
    }))
}
