//! Part 02b: standing still, the last words, and what is left: nothing.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use workbench::Lab;
use workbench::probe::cgroup::{Groups, V2, all, directory, entry, groups, value};
use workbench::probe::{MARK, processes};
use workbench::program::Ended;

use crate::{agreed, groups_of, wait_until};

fn counter(file: &Path) -> u64 {
    let bytes = std::fs::read(file).unwrap_or_default();
    bytes.try_into().map_or(0, u64::from_ne_bytes)
}

/// Does the counter advance within a moment?
fn advances(file: &Path, moment: Duration) -> bool {
    let before = counter(file);
    wait_until(moment, || counter(file) > before)
}

/// The state letter of a process (proc_pid_stat(5)).
fn letter(pid: &Value) -> String {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let rest = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    rest.split_whitespace().next().unwrap_or_default().into()
}

pub fn frozen(lab: &Lab) -> Result<Value> {
    let name = lab.random_name()?;
    let file = lab.directory().join("counter");
    let words = ["run", "--pid", "host", "--name", &name];
    let mut running = lab
        .with_probe(&words, &["count", &file.to_string_lossy()])
        .start()?;
    let look = running.hear()?;
    let groups = groups_of(&look)?;
    let counts = advances(&file, Duration::from_secs(2));
    let pause = lab.run(&["pause", &name])?;
    // On a hybrid machine either version can do it.
    let state = groups
        .get("freezer")
        .and_then(|path| value(path, "freezer.state"));
    let events = groups
        .get(V2)
        .and_then(|path| entry(path, "cgroup.events", "frozen"));
    let frozen = state.as_deref() == Some("FROZEN") || events == Some(1);
    let by = match (frozen, letter(&look["pid"]).as_str()) {
        (true, _) => "the freezer",
        (_, "T") => "a signal",
        _ => "nothing",
    };
    let stands = !advances(&file, Duration::from_millis(300));
    let unpause = lab.run(&["unpause", &name])?;
    let goes_on = advances(&file, Duration::from_secs(2));
    if goes_on {
        running.end()?;
    }
    Ok(json!({
        "before": { "counts": counts },
        "paused": { "counter": if stands { "stands still" } else { "goes on" }, "held_by": by },
        "unpaused": { "counter": if goes_on { "goes on" } else { "stands still" } },
        "code": { "pause": agreed(pause.code, 0), "unpause": agreed(unpause.code, 0) },
    }))
}

/// Runs a container to its end; returns how it ended, with what the program
/// said, and the probe's last words.
fn last_words(lab: &Lab, words: &[&str], probe: &[&str]) -> Result<(Ended, Value)> {
    let ended = lab.with_probe(words, probe).start()?.end()?;
    let lines = ended.stdout.lines();
    let last = lines.filter_map(|line| line.strip_prefix(MARK)).next_back();
    let last = serde_json::from_str(last.unwrap_or("null")).context("the probe's last words")?;
    Ok((ended, last))
}

/// Whether the program has told of something that has happened.
fn word(happened: bool, told: bool) -> &'static str {
    match (happened, told) {
        (true, true) => "told",
        (true, false) => "not told",
        (false, false) => "did not happen",
        (false, true) => "told, and did not happen",
    }
}

/// Makes a group whose memory is limited, for a container without a limit;
/// returns its path, the same in every hierarchy.
fn limited_above(lab: &Lab) -> Result<String> {
    let name = lab.random_name()?;
    let mut made: Groups = groups("self")?;
    for own in made.values_mut() {
        // The check itself stands in a leaf directly below the top.
        let top = own.parent().unwrap_or(own).to_path_buf();
        *own = top.join(&name);
        if value(&top, "cgroup.controllers").is_some_and(|list| list.contains("memory")) {
            std::fs::write(top.join("cgroup.subtree_control"), "+memory")
                .context("enable memory")?;
        }
        if !own.is_dir() {
            std::fs::create_dir(&*own).context("make the group above")?;
        }
    }
    let (v1, path) = directory(&made, "memory").context("the controller memory")?;
    let file = if v1 {
        "memory.limit_in_bytes"
    } else {
        "memory.max"
    };
    std::fs::write(path.join(file), (64 << 20).to_string()).context("limit the group above")?;
    let swap = if v1 {
        "memory.memsw.limit_in_bytes"
    } else {
        "memory.swap.max"
    };
    let most = if v1 { 64 << 20 } else { 0 };
    if path.join(swap).exists() {
        std::fs::write(path.join(swap), most.to_string()).context("limit its swap")?;
    }
    Ok(format!("/{name}"))
}

pub fn told(lab: &Lab) -> Result<Value> {
    let about_memory =
        |words: &str| words.contains("memory limit of") || words.contains("memory ran out");
    let about_pids = |words: &str| words.contains("processes was reached");
    // To the end of a line: 1 is not the beginning of 12.
    let says = |ended: &Ended, words: &str| ended.stderr.lines().any(|line| line.ends_with(words));
    let memory = ["run", "--memory", "64Mi"];
    let (hog, taken) = last_words(lab, &memory, &["hog", "300"])?;
    // It was there, and never came to say that it has all of it.
    let happened = taken["pid"].is_number() && taken["taken"].is_null();
    let (bomb, said) = last_words(lab, &["run", "--pids-limit", "12"], &["bomb", "30"])?;
    let refused = said["refused"] == libc::EAGAIN;
    // The same exit code, 137, and no want of memory.
    let signalled = ["run", "--pid", "host", "--memory", "64Mi"];
    let (by_hand, _) = last_words(lab, &signalled, &["kill", "9"])?;
    let roomy = ["run", "--memory", "200Mi", "--pids-limit", "100"];
    let (quiet, _) = last_words(lab, &roomy, &["exit", "0"])?;
    let some = about_memory(&quiet.stderr) || about_pids(&quiet.stderr);
    let right = says(&hog, ": the kernel killed 1 process")
        && says(&bomb, ": a new one was refused 1 time");
    let above = limited_above(lab)?;
    let words = ["run", "--cgroup-parent", &above];
    let (above, taken) = last_words(lab, &words, &["hog", "300"])?;
    let happened_above = taken["pid"].is_number() && taken["taken"].is_null();
    Ok(json!({
        "out_of_memory": word(happened, hog.stderr.contains("memory limit of 64Mi")),
        "refused_processes": word(refused, bomb.stderr.contains("limit of 12 processes")),
        "killed_by_hand": if about_memory(&by_hand.stderr) { "told as want of memory" } else { "not told" },
        "out_of_memory_further_up": word(happened_above, above.stderr.contains("memory ran out, not by a limit")),
        "numbers": if right { "as the kernel says" } else { "others" },
        "nothing": if some { "told" } else { "not told" },
    }))
}

/// What is there of groups and of processes that sleep for `mark` seconds.
fn left(before: &[PathBuf], mark: &str) -> Result<&'static str> {
    let alive = || {
        let pids = processes().unwrap_or_default();
        pids.iter().any(|pid| {
            let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line)
                .split('\0')
                .any(|word| word == mark)
        })
    };
    let groups: Vec<PathBuf> = all()?
        .into_iter()
        .filter(|group| !before.contains(group))
        .collect();
    let used = |group: &PathBuf| value(group, "cgroup.procs").is_some_and(|list| !list.is_empty());
    // Killed ones leave when they next run.
    let moment = Duration::from_millis(500);
    let processes = !wait_until(moment, || !alive());
    let used = !wait_until(moment, || !groups.iter().any(used));
    Ok(match (groups.is_empty(), used, processes) {
        (true, _, false) => "nothing",
        (true, _, true) => "processes",
        (false, false, false) => "empty groups",
        (false, false, true) => "empty groups, and processes elsewhere",
        (false, true, _) => "groups with processes",
    })
}

pub fn removed(lab: &Lab) -> Result<Value> {
    let before = all()?;
    let mark = format!("600.{}", lab.random_number(1000, 9999)?);
    let mut running = lab.with_probe(&["run"], &["exit", "0"]).start()?;
    running.hear()?;
    running.end()?;
    let ended = left(&before, &mark)?;

    // Sharing the host's pids, nobody ends them but the runtime.
    let script = format!(
        "for i in 1 2 3 4 5 6 7 8; do sleep {mark} </dev/null >/dev/null 2>&1 & done; exit 7"
    );
    let words = ["run", "--pid", "host", "--", "/bin/sh", "-c", &script];
    let stayed = lab.run(&words)?;
    let leftovers = left(&before, &mark)?;

    // A command may have made groups below its own.
    let mut running = lab
        .with_probe(&["run", "--pid", "host"], &["exit", "0"])
        .start()?;
    let look = running.hear()?;
    let own: BTreeSet<PathBuf> = groups_of(&look)?.into_values().collect();
    for group in own.iter().filter(|group| !before.contains(group)) {
        std::fs::create_dir(group.join("inner")).context("make a group below")?;
    }
    let inner = agreed(running.end()?.code, 0);
    let after_inner = left(&before, &mark)?;

    let killed = crashed(lab, false)?;
    let after_kill = left(&before, &mark)?;
    let frozen = crashed(lab, true)?;
    let after_frozen = left(&before, &mark)?;
    Ok(json!({
        "ended": { "left": ended },
        "processes_stayed": { "left": leftovers, "code": agreed(stayed.code, 7) },
        "groups_below": { "left": after_inner, "code": inner },
        "runtime_killed": { "left": after_kill, "clean": killed },
        "killed_while_frozen": { "left": after_frozen, "clean": frozen },
    }))
}

/// Kills the runtime of a container, perhaps a frozen one, and cleans up.
fn crashed(lab: &Lab, frozen: bool) -> Result<String> {
    let name = lab.random_name()?;
    let mut running = lab
        .with_probe(&["run", "--name", &name], &["exit", "0"])
        .start()?;
    running.hear()?;
    if frozen {
        lab.run(&["pause", &name])?;
    }
    // Dropping it sends SIGKILL and waits for its end.
    drop(running);
    Ok(agreed(lab.run(&["clean"])?.code, 0))
}
