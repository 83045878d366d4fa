//! Part 05a: what may be done with a container when, what is told of it, and
//! how it ends.

use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use nix::fcntl::{Flock, FlockArg};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};
use workbench::Lab;
use workbench::probe::cgroup::groups;

use crate::boxed::{Boxes, alive, appears, either, own_groups, parent, refused, wait_until};

/// A command that does nothing and is done when it is told to.
const IDLE: [&str; 3] = ["sh", "-c", "while :; do sleep 0.2; done"];

pub fn moves(lab: &Lab) -> Result<Value> {
    let boxes = Boxes::new(lab);
    let name = lab.random_name()?;
    let words = [&["--name", &*name, "--"], &IDLE[..]].concat();
    if let Err(why) = boxes.start(&words)? {
        return Ok(refused(why));
    }
    let act = |words: &[&str]| -> Result<&'static str> {
        let words = [words, &[&*name]].concat();
        Ok(match boxes.within(&words)? {
            None => "hangs",
            Some(ended) if ended.code == Some(0) => "done",
            Some(_) => "refused",
        })
    };
    let enter = || -> Result<&'static str> {
        Ok(match boxes.within(&["exec", &name, "true"])? {
            None => "hangs",
            Some(ended) if ended.code == Some(0) => "done",
            Some(_) => "refused",
        })
    };
    let mut seen: BTreeMap<&str, BTreeMap<&str, &str>> = BTreeMap::new();
    let mut note = |status, what, how| {
        seen.entry(status).or_default().insert(what, how);
    };
    note("running", "unpause", act(&["unpause"])?);
    note("running", "start", act(&["start"])?);
    note("running", "rm", act(&["rm"])?);
    note("running", "pause", act(&["pause"])?);
    note("paused", "pause", act(&["pause"])?);
    note("paused", "exec", enter()?);
    note("paused", "start", act(&["start"])?);
    note("paused", "rm", act(&["rm"])?);
    note("paused", "unpause", act(&["unpause"])?);
    let first = boxes.pid(&name).ok();
    note("running", "kill", act(&["kill"])?);
    note("exited", "exec", enter()?);
    note("exited", "pause", act(&["pause"])?);
    note("exited", "unpause", act(&["unpause"])?);
    note("exited", "kill", act(&["kill"])?);
    note("exited", "stop", act(&["stop"])?);
    note("exited", "start", act(&["start"])?);
    let second = boxes.pid(&name).ok();
    note(
        "started_again",
        "process",
        either(second.is_some() && second != first, "another", "none"),
    );
    act(&["kill"])?;
    note("exited", "rm", act(&["rm"])?);
    note(
        "removed",
        "on_disk",
        either(boxes.root.join(&name).exists(), "something", "nothing"),
    );
    note("removed", "start", act(&["start"])?);
    let printed = boxes.run(&["states"])?.stdout;
    let mut seen = json!(seen);
    seen["table"] = table(&printed);
    Ok(seen)
}

/// Each row of what `states` prints: the acts that are allowed there, and where
/// they lead.
fn table(printed: &str) -> Value {
    let mut lines = printed.lines().map(|line| line.split_whitespace());
    let acts: Vec<&str> = lines.next().into_iter().flatten().collect();
    let mut rows = serde_json::Map::new();
    for mut line in lines {
        let Some(from) = line.next() else { continue };
        let allowed = acts.iter().zip(line).filter(|(_, to)| *to != "-");
        let words: Vec<String> = allowed.map(|(act, to)| format!("{act} {to}")).collect();
        rows.insert(from.into(), words.join(", ").into());
    }
    rows.into()
}

/// Status and exit code as they are told.
fn said(boxes: &Boxes, name: &str) -> Result<Value> {
    let told = boxes.told(name)?;
    Ok(json!({ "status": told["status"], "exit_code": told["exit_code"] }))
}

pub fn told(lab: &Lab) -> Result<Value> {
    let boxes = Boxes::new(lab);
    let (one, two) = (lab.random_name()?, lab.random_name()?);
    let words = [&["--name", &*one, "--"], &IDLE[..]].concat();
    if let Err(why) = boxes.start(&words)? {
        return Ok(refused(why));
    }
    let running = said(&boxes, &one)?;
    let process = boxes.pid(&one)?;
    let own = own_groups(groups(&process.to_string())?, &one);
    // One of its own: it may stay frozen, whatever is done with it.
    let three = lab.random_name()?;
    let words = [&["--name", &*three, "--"], &IDLE[..]].concat();
    boxes.start(&words)?.ok();
    boxes.run(&["pause", &three])?;
    let paused = said(&boxes, &three)?;
    let code = lab.random_number(3, 100)?;
    let script = format!("exit {code}");
    boxes
        .start(&["--name", &two, "--", "sh", "-c", &script])?
        .ok();
    let ended = boxes.is_over(&two, Duration::from_secs(5));
    let exit_code = boxes.told(&two)?["exit_code"] == code;
    // Between two lives, as somebody says who holds this lock.
    let lock = fs::File::create(boxes.root.join(&two).join("restart"));
    let lock = lock.context("open the lock of a restart")?;
    let held = Flock::lock(lock, FlockArg::LockExclusiveNonblock);
    let held = held.map_err(|(_, errno)| errno).context("lock it")?;
    let between = said(&boxes, &two)?;
    drop(held);
    // Its runtime is killed, and the container lives on.
    let keeper = parent(process)?;
    kill(Pid::from_raw(keeper), Signal::SIGKILL).context("kill the runtime")?;
    wait_until(Duration::from_secs(5), || !alive(keeper));
    let orphan = said(&boxes, &one)?;
    // And the container as well: nobody is left who could write that down.
    kill(Pid::from_raw(process), Signal::SIGKILL).context("kill the container")?;
    wait_until(Duration::from_secs(5), || !alive(process));
    let dead = said(&boxes, &one)?;
    let left = own.values().any(|directory| directory.exists());
    let removed = boxes.run(&["rm", &one])?;
    Ok(json!({
        "command": { "started": "yes" },
        "running": running["status"],
        "paused": paused["status"],
        "ended": { "status": either(ended, "exited", "never exited"),
                   "exit_code": either(exit_code, "its own", "another") },
        "being_restarted": between["status"],
        "runtime_killed": orphan["status"],
        "both_killed": dead["status"],
        "cgroups": match (own.is_empty(), left) {
            (true, _) => "there were none",
            (false, true) => "left",
            (false, false) => "gone",
        },
        "removed": either(removed.code == Some(0), "yes", "no"),
    }))
}

/// Ends with 3 when it is asked to.
const POLITE: &str = "trap 'exit 3' TERM; : > $READY; while :; do sleep 0.05; done";
/// Hears nothing.
const DEAF: &str = "trap '' TERM; : > $READY; while :; do sleep 0.05; done";

pub fn stop(lab: &Lab) -> Result<Value> {
    let boxes = Boxes::new(lab);
    let one = |script: &str, grace: &str, paused: bool| -> Result<Result<Value, String>> {
        let name = lab.random_name()?;
        let ready = lab.directory().join(format!("{name}.ready"));
        let script = script.replace("$READY", &ready.to_string_lossy());
        let words = ["--name", &*name, "--", "sh", "-c", &script];
        if let Err(why) = boxes.start(&words)? {
            return Ok(Err(why));
        }
        appears(&ready);
        let pid = boxes.pid(&name)?;
        if paused {
            boxes.run(&["pause", &name])?;
        }
        let begun = Instant::now();
        let ended = boxes.within(&["stop", "--time", grace, &name])?;
        let (took, gone) = (begun.elapsed(), !alive(pid));
        let code = boxes.told(&name)?["exit_code"].clone();
        fs::remove_file(&ready).ok();
        if !gone {
            // Not before the next one.
            let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
        }
        let grace = Duration::from_secs(grace.parse()?);
        Ok(Ok(json!({
            "stop": match &ended {
                None => "hangs",
                Some(ended) => either(ended.code == Some(0), "done", "failed"),
            },
            "process": either(gone, "gone", "still there"),
            "ended_by": match code.as_i64() {
                Some(3) => "itself",
                Some(137) => "SIGKILL",
                _ => "something else",
            },
            "told": match &ended {
                Some(ended) if ended.stderr.contains("killed") => "it was killed",
                _ => "nothing more",
            },
            // A little less: the clocks are not the same.
            "time": either(took + Duration::from_millis(20) >= grace, "all of it", "not all of it"),
        })))
    };
    let polite = match one(POLITE, "5", false)? {
        Err(why) => return Ok(refused(why)),
        Ok(seen) => seen,
    };
    let deaf = one(DEAF, "1", false)?.unwrap_or_else(refused);
    let paused = one(POLITE, "5", true)?.unwrap_or_else(refused);
    Ok(json!({
        "command": { "started": "yes" },
        "polite": polite,
        "deaf": deaf,
        "paused": paused,
    }))
}
