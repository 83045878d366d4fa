//! Part 05b: a command that enters a container, seen from outside and by
//! itself.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use workbench::probe::cgroup::groups;
use workbench::probe::namespaces as namespaces_of;
use workbench::{Lab, Running};

use crate::boxed::{Boxes, either, heard, image, own_groups, refused, started, wait_until};

/// A command that does nothing until it is ended.
const IDLE: [&str; 3] = ["sh", "-c", "while :; do sleep 0.2; done"];

/// A container with every namespace it can have, about to be entered.
pub fn idle(boxes: &Boxes, words: &[&str]) -> Result<Result<String, String>> {
    let name = boxes.lab.random_name()?;
    let words = [&["--name", &*name, "--net", "none"], words, &["--"], &IDLE].concat();
    Ok(boxes.start(&words)?.map(|()| name))
}

/// The process that entered, as it is numbered here: the child of the program
/// that has entered last.
pub fn entered(running: &Running) -> Result<i32> {
    let mut pid = running.pid();
    // Whoever forks twice is right as well.
    loop {
        let path = format!("/proc/{pid}/task/{pid}/children");
        let children = fs::read_to_string(&path).with_context(|| format!("read {path}"))?;
        match children.split_whitespace().next_back() {
            Some(child) => pid = child.parse()?,
            None if pid == running.pid() => anyhow::bail!("{path}: no process"),
            None => return Ok(pid),
        }
    }
}

pub fn namespaces(lab: &Lab) -> Result<Value> {
    let boxes = Boxes::new(lab);
    let name = match idle(&boxes, &[])? {
        Err(why) => return Ok(refused(why)),
        Ok(name) => name,
    };
    let mut running = boxes.enter(&[], &name, &["exit", "0"]).start()?;
    let look = match heard(&mut running)? {
        Err(why) => return Ok(refused(why)),
        Ok(look) => look,
    };
    let theirs = namespaces_of(&boxes.pid(&name)?.to_string())?;
    let ours = namespaces_of("self")?;
    let found = namespaces_of(&entered(&running)?.to_string())?;
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for (kind, number) in &theirs {
        let word = match found.get(kind) {
            Some(found) if found == number => "the container's",
            Some(found) if ours.get(kind) == Some(found) => "the host's",
            _ => "another",
        };
        seen.insert(kind, word);
    }
    let absent = seen.values().filter(|word| **word != "the container's");
    let absent = match absent.count() {
        0 => "none",
        1 => "one",
        _ => "several",
    };
    running.end()?;
    Ok(json!({
        "command": started(),
        "namespaces": seen,
        "missing": absent,
        "hostname": either(look["hostname"] == name, "the container's", "another"),
    }))
}

pub fn inside(lab: &Lab) -> Result<Value> {
    let boxes = Boxes::new(lab);
    let name = match idle(&boxes, &[])? {
        Err(why) => return Ok(refused(why)),
        Ok(name) => name,
    };
    let code = lab.random_number(3, 100)?;
    let mut running = boxes
        .enter(&[], &name, &["exit", &code.to_string()])
        .start()?;
    let look = match heard(&mut running)? {
        Err(why) => return Ok(refused(why)),
        Ok(look) => look,
    };
    let outside = entered(&running)?;
    let status = fs::read_to_string(format!("/proc/{outside}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("NSpid:"));
    let depth = line.map_or(0, |line| line.split_whitespace().count());
    let container = fs::read_to_string(format!("/proc/{}/status", boxes.pid(&name)?))?;
    let own = container
        .lines()
        .find_map(|line| line.strip_prefix("NSpid:"));
    let wanted = own.map_or(0, |line| line.split_whitespace().count());
    let pids: Vec<i64> = serde_json::from_value(look["processes"].clone()).unwrap_or_default();
    let seen = json!({
        "numbered": either(depth == wanted, "in the container", "outside"),
        "first": either(look["pid"] == 1, "it is process 1", "another is process 1"),
        "sees_itself": either(pids.iter().any(|pid| look["pid"] == *pid), "yes", "no"),
        "sees_the_container": either(pids.contains(&1), "yes", "no"),
    });
    let ended = running.end()?;
    let ends = |command: &[&str]| -> Result<Value> {
        let ended = boxes.within(&[&["exec", &*name], command].concat())?;
        Ok(ended.map_or(json!("hangs"), |ended| json!(ended.code)))
    };
    Ok(json!({
        "command": started(),
        "process": seen,
        "codes": {
            "own": either(ended.code == Some(code as i32), "passed on", "lost"),
            "signal_9": ends(&["sh", "-c", "kill -9 $$"])?,
            "not_found": ends(&["/absent"])?,
            "not_executable": ends(&["/etc/passwd"])?,
        },
        "container": either(boxes.told(&name)?["status"] == "running", "goes on", "has ended"),
    }))
}

pub fn limits(lab: &Lab) -> Result<Value> {
    let boxes = Boxes::new(lab);
    let name = match idle(&boxes, &["--pids-limit", "20"])? {
        Err(why) => return Ok(refused(why)),
        Ok(name) => name,
    };
    let mut running = boxes.enter(&[], &name, &["exit", "0"]).start()?;
    if let Err(why) = heard(&mut running)? {
        return Ok(refused(why));
    }
    let theirs = groups(&boxes.pid(&name)?.to_string())?;
    let found = groups(&entered(&running)?.to_string())?;
    let own = own_groups(theirs, &name);
    let same = own
        .iter()
        .filter(|(kind, path)| found.get(*kind) == Some(*path));
    let word = match same.count() {
        _ if own.is_empty() => "the container has none",
        count if count == own.len() => "the container's, all",
        0 => "none of the container's",
        _ => "the container's, some",
    };
    running.end()?;
    // Before its first instruction: what it starts is limited as well.
    let mut running = boxes.enter(&[], &name, &["bomb", "40"]).start()?;
    let bomb = heard(&mut running)?.unwrap_or_else(|why| json!({ "why": why }));
    let got = bomb["started"]
        .as_u64()
        .or(bomb["got"].as_u64())
        .unwrap_or(99);
    drop(running);
    let counted = boxes.within(&["exec", &name, "true"])?;
    Ok(json!({
        "command": started(),
        "groups": word,
        "bomb": either(got < 20, "limited", "not limited"),
        "container": either(counted.is_some(), "goes on", "hangs"),
    }))
}

pub fn no_way_out(lab: &Lab) -> Result<Value> {
    let boxes = Boxes::new(lab);
    let image = image(lab)?;
    let root = image.to_string_lossy();
    let secret = lab.directory().join("secret");
    let text = lab.random_name()?;
    fs::write(&secret, &text).context("write the secret")?;
    let told = |found: &Value| either(found.as_str() == Some(&text), "reached", "not reached");
    let path = secret.to_string_lossy();
    let own = format!("/proc/self/cwd/../../..{path}");
    let mut seen = serde_json::Map::new();
    for (how, words) in [("plain", &[][..]), ("chroot", &["--chroot"][..])] {
        // What comes of that is the next part's.
        let of_its_own = ["--rootfs", &*root, "--cgroupns", "host"];
        let words = [&of_its_own[..], words].concat();
        let name = match idle(&boxes, &words)? {
            Err(why) => return Ok(refused(why)),
            Ok(name) => name,
        };
        let mut running = boxes.enter(&[], &name, &["reach", &path, &own]).start()?;
        let look = match heard(&mut running)? {
            Err(why) => return Ok(refused(why)),
            Ok(look) => look,
        };
        let open = look["descriptors"].as_array().map_or(0, Vec::len);
        let root = fs::metadata(format!("/proc/{}/root/.", entered(&running)?));
        let theirs = fs::metadata(format!("/proc/{}/root/.", boxes.pid(&name)?));
        let same = match (root, theirs) {
            (Ok(root), Ok(theirs)) => {
                use std::os::unix::fs::MetadataExt;
                (root.dev(), root.ino()) == (theirs.dev(), theirs.ino())
            }
            _ => false,
        };
        running.end()?;
        seen.insert(
            how.into(),
            json!({
                "root": either(same, "the container's", "another"),
                "by_path": told(&look["files"][&*path]["text"]),
                "upwards": told(&look["upwards"]),
                "by_proc_self_cwd": told(&look["files"][&*own]["text"]),
                "by_descriptor": told(&look["through_descriptor"]),
                "descriptors": either(open == 0, "0, 1 and 2", "more than 0, 1 and 2"),
            }),
        );
    }
    seen.insert("command".into(), started());
    Ok(Value::Object(seen))
}

pub fn terminal(lab: &Lab) -> Result<Value> {
    let boxes = Boxes::new(lab);
    let name = match idle(&boxes, &[])? {
        Err(why) => return Ok(refused(why)),
        Ok(name) => name,
    };
    let words = ["exec", "-it", &*name];
    let program = boxes.program(&words).word(lab.probe());
    let program = program.word("probe").word("terminal");
    let (mut running, mut terminal) = program.start_on_terminal()?;
    let first = match heard(&mut running)? {
        Err(why) => return Ok(refused(why)),
        Ok(look) => look,
    };
    let raw = !terminal.is_cooked()?;
    let (rows, columns) = (lab.random_number(10, 200)?, lab.random_number(10, 200)?);
    terminal.resize(rows as u16, columns as u16)?;
    let mut size = json!("never told");
    // It is told once more when the terminal comes out.
    for _ in 0..3 {
        let Ok(look) = heard(&mut running)? else {
            break;
        };
        if look["size"] == json!([rows, columns]) {
            size = json!("followed");
            break;
        }
        size = json!("another");
    }
    terminal.press("\x03")?;
    let ended = running.ended_within(Duration::from_secs(5))?;
    let cooked = wait_until(Duration::from_secs(2), || {
        terminal.is_cooked().unwrap_or(false)
    });
    // A container that is killed under a command must not take our terminal along.
    let program = boxes.program(&words).word(lab.probe());
    let program = program.word("probe").word("terminal");
    let (mut second, killed_terminal) = program.start_on_terminal()?;
    let _ = heard(&mut second)?;
    boxes.run(&["kill", &name])?;
    let killed = second.ended_within(Duration::from_secs(5))?;
    let restored = wait_until(Duration::from_secs(2), || {
        killed_terminal.is_cooked().unwrap_or(false)
    });
    Ok(json!({
        "command": started(),
        "streams": either(first["terminals"] == 3, "a terminal", "not a terminal"),
        "name": either(first["name"].as_str().is_some_and(|name| name.starts_with("/dev/pts/")), "of the container", "none"),
        "foreground": either(first["foreground"] == true, "yes", "no"),
        "ours": { "meanwhile": either(raw, "raw", "as before"), "after": either(cooked, "as before", "raw") },
        "size": size,
        "ctrl_c": either(ended.is_some_and(|ended| ended.code == Some(130)), "interrupts it", "doesn't"),
        "killed": {
            "code": killed.and_then(|ended| ended.code),
            "ours": either(restored, "as before", "raw"),
        },
    }))
}
