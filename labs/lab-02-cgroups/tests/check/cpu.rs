//! The processor's share, judged by what the kernel has counted and never by a
//! clock.

use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};
use workbench::probe::cgroup::{Groups, directory, entry, membership, value};
use workbench::{Lab, Running};

use crate::limits::{membership_of, place};
use crate::{groups_of, wait_until};

/// So little of a CPU that a loop uses it up beside twenty others too.
const CPUS: &str = "0.05";

/// The same in microseconds of a period.
const QUOTA: u64 = 5_000;

/// How long a busy loop may take to use its quota up a few times.
const PATIENCE: Duration = Duration::from_secs(6);

fn cpu_stat(groups: &Groups, key: &str) -> Option<u64> {
    let (_, path) = directory(groups, "cpu")?;
    entry(path, "cpu.stat", key)
}

/// How long the group was held back, in microseconds.
fn throttled_usec(groups: &Groups) -> Option<u64> {
    match directory(groups, "cpu")? {
        (true, _) => cpu_stat(groups, "throttled_time").map(|nanoseconds| nanoseconds / 1000),
        (false, _) => cpu_stat(groups, "throttled_usec"),
    }
}

/// Processor time of the group in microseconds.
fn used(groups: &Groups) -> Option<u64> {
    let (v1, path) = directory(groups, "cpu")?;
    if !v1 {
        return entry(path, "cpu.stat", "usage_usec");
    }
    let (_, path) = directory(groups, "cpuacct")?;
    let nanoseconds: u64 = value(path, "cpuacct.usage")?.parse().ok()?;
    Some(nanoseconds / 1000)
}

/// Starts a busy loop with a twentieth of a CPU and waits until it was held back
/// `times` times, or has used so much that it isn't going to be.
fn busy(lab: &Lab, more: &[&str], times: u64) -> Result<(Running, Value)> {
    let words = [&["run", "--pid", "host", "--cpus", CPUS], more].concat();
    let mut running = lab.with_probe(&words, &["burn"]).start()?;
    let look = running.hear()?;
    let groups = groups_of(&look)?;
    wait_until(PATIENCE, || {
        cpu_stat(&groups, "nr_throttled").is_some_and(|count| count >= times)
            || own(&look) > 1_000_000
    });
    Ok((running, look))
}

/// Processor time of the process itself in microseconds (proc_pid_stat(5), the
/// fields utime and stime): counted whatever group it is in.
fn own(look: &Value) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{}/stat", look["pid"])).unwrap_or_default();
    let fields: Vec<u64> = text
        .rsplit_once(')')
        .map(|(_, rest)| {
            rest.split_whitespace()
                .skip(11)
                .take(2)
                .flat_map(str::parse)
                .collect()
        })
        .unwrap_or_default();
    // A tick is a hundredth of a second for every program (USER_HZ).
    fields.iter().sum::<u64>() * 10_000
}

pub fn share(lab: &Lab) -> Result<Value> {
    let runtime = membership(&membership_of("self")?);
    let (running, look) = busy(lab, &[], 4)?;
    // Looked up now: one that came late may be there by now.
    let groups = groups_of(&look)?;
    let group = place(&membership_of(&look["pid"].to_string())?, &runtime);
    // The periods last: it goes on meanwhile, and may use no more than they allow.
    let (used, periods) = (used(&groups), cpu_stat(&groups, "nr_periods"));
    let throttled = cpu_stat(&groups, "nr_throttled");
    drop(running);
    // A quota for each period that was counted. One period more is under way,
    // and what a CPU has taken in advance is at most 5 ms.
    let most = (periods.unwrap_or(0) + 2) * QUOTA + 10_000;
    Ok(json!({
        "loop": { "group": group },
        "held_back": if throttled.unwrap_or(0) > 0 { "yes" } else { "never" },
        "used": match used {
            Some(used) if used <= most => "at most its share",
            Some(_) => "more than its share",
            None => "not counted",
        },
    }))
}

/// How a number compares with the kernel's.
fn compared(said: &Value, kernel: Option<u64>, slack: u64) -> &'static str {
    let near = |one: u64, other: u64| one.abs_diff(other) <= slack.max(other / 50);
    match (said.as_u64(), kernel) {
        (Some(said), Some(kernel)) if near(said, kernel) => "as the kernel says",
        (Some(0), Some(_)) => "0",
        (Some(said), Some(kernel)) if near(said / 1000, kernel) => "a thousand times as much",
        (Some(said), Some(kernel)) if near(said, kernel / 1000) => "a thousandth",
        (None, Some(_)) => "absent",
        (None, None) => "as the kernel says",
        _ => "another",
    }
}

/// Whether the kernel counts no further period. Its timer goes on after the last
/// process stands still, until it has twice found nothing to do (kernel/sched/
/// fair.c, `do_sched_cfs_period_timer`).
fn stands_still(groups: &Groups) -> bool {
    let before = cpu_stat(groups, "nr_periods");
    std::thread::sleep(Duration::from_millis(250));
    cpu_stat(groups, "nr_periods") == before
}

pub fn stats(lab: &Lab) -> Result<Value> {
    let name = lab.random_name()?;
    let more = ["--name", &name, "--memory", "64Mi", "--pids-limit", "20"];
    // The kernel adds the time up when the loop goes on: after the first time.
    let (running, look) = busy(lab, &more, 3)?;
    let groups = groups_of(&look)?;
    // What stands still can be read twice.
    let paused = lab.run(&["pause", &name])?;
    wait_until(Duration::from_secs(5), || stands_still(&groups));
    let ended = lab.run(&["stats", "--format", "json", &name])?;
    let said: Value = serde_json::from_str(&ended.stdout).unwrap_or_default();
    let of = |controller: &str, v1: &str, v2: &str| -> Option<u64> {
        let (is_v1, path) = directory(&groups, controller)?;
        value(path, if is_v1 { v1 } else { v2 })?.parse().ok()
    };
    let memory = of("memory", "memory.usage_in_bytes", "memory.current");
    let numbers = &said["stats"];
    let seen = json!({
        "processor": compared(&numbers["cpu_usec"], used(&groups), 2_000),
        "periods": compared(&numbers["periods"], cpu_stat(&groups, "nr_periods"), 0),
        "held_back": compared(&numbers["throttled"], cpu_stat(&groups, "nr_throttled"), 0),
        "held_back_for": compared(&numbers["throttled_usec"], throttled_usec(&groups), 1_000),
        "memory": compared(&numbers["memory"], memory, 1 << 19),
        "processes": compared(&numbers["pids"], of("pids", "pids.current", "pids.current"), 0),
        "frozen": said["frozen"] == true && paused.code == Some(0),
    });
    drop(running);
    Ok(json!({ "numbers": seen }))
}

/// Judges the numbers of the sentence about the quota: not less than was
/// counted a moment before the end.
fn numbers(words: &str, throttled: u64, usec: u64) -> &'static str {
    let read = || -> Option<(u64, u64, f64)> {
        let begin = format!("the CPU limit of {CPUS} held it back in ");
        let (_, rest) = words.split_once(&begin)?;
        let mut rest = rest.split(' ');
        let held = rest.next()?.parse().ok()?;
        let all = rest.nth(1)?.parse().ok()?;
        Some((held, all, rest.nth(5)?.parse().ok()?))
    };
    match read() {
        None => "none",
        Some((held, all, _)) if held < throttled || held > all => "others",
        // Thousandths are shown.
        Some((_, _, seconds)) if seconds * 1e6 + 1e3 < usec as f64 => "others",
        Some(_) => "as the kernel says",
    }
}

pub fn told(lab: &Lab) -> Result<Value> {
    let (running, look) = busy(lab, &[], 3)?;
    let groups = groups_of(&look)?;
    let throttled = cpu_stat(&groups, "nr_throttled").unwrap_or(0);
    let least = throttled_usec(&groups).unwrap_or(0);
    let busy = running.end()?;
    // A limit that never did anything is no news.
    let mut idle = lab
        .with_probe(&["run", "--cpus", "2"], &["exit", "0"])
        .start()?;
    idle.hear()?;
    let idle = idle.end()?;
    let told = |stderr: &str| stderr.contains("CPU limit of");
    Ok(json!({
        "held_back": {
            "happened": throttled > 0,
            "told": told(&busy.stderr),
            "numbers": numbers(&busy.stderr, throttled, least),
        },
        "not_held_back": { "told": told(&idle.stderr) },
    }))
}
