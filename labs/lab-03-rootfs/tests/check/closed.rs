//! Part 03b: which devices there are, what is covered, and what can't be written.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::MetadataExt;

use anyhow::{Context, Result};
use nix::sys::stat::Mode;
use serde_json::{Value, json};
use workbench::{Lab, forgo_mknod};

use crate::image::image;
use crate::inside::{Seen, UNMASKED, seen};
use crate::started::yes;

/// Name, major and minor number.
const DEVICES: [(&str, u64, u64); 6] = [
    ("full", 1, 7),
    ("null", 1, 3),
    ("random", 1, 8),
    ("tty", 5, 0),
    ("urandom", 1, 9),
    ("zero", 1, 5),
];

/// Which devices a container has: what they are, how they work, and what making
/// them has done to the host's.
pub fn devices(lab: &Lab) -> Result<Value> {
    let image = image(lab)?;
    let before = host_devices()?;
    let paths: Vec<String> = DEVICES
        .iter()
        .map(|(name, ..)| format!("/dev/{name}"))
        .collect();
    let mut words = vec!["reach", "/dev"];
    words.extend(paths.iter().map(String::as_str));
    let look = match seen(lab, &image, &UNMASKED, &words)? {
        Err(stopped) => return Ok(stopped.alone()),
        Ok(seen) => seen.look,
    };
    let write = ["write", "/dev/null", "/dev/full", "/dev/zero"];
    let written = match seen(lab, &image, &UNMASKED, &write)? {
        Err(stopped) => return Ok(stopped.alone()),
        Ok(seen) => seen.look,
    };
    let modes: BTreeSet<&str> = paths
        .iter()
        .filter_map(|path| look["files"][path]["mode"].as_str())
        .collect();
    let known = ["fd", "ptmx", "pts", "shm", "stdin", "stdout", "stderr"];
    let entries: Vec<String> =
        serde_json::from_value(look["files"]["/dev"]["entries"].clone()).unwrap_or_default();
    let other = entries.iter().any(|name| {
        !known.contains(&name.as_str()) && !DEVICES.iter().any(|(device, ..)| device == name)
    });
    let error = |name: &str| &written["errors"][format!("/dev/{name}")];
    let work = error("null").is_null() && error("zero").is_null() && error("full") == libc::ENOSPC;
    // As in a user namespace, whoever runs this. It can't be taken back.
    forgo_mknod()?;
    let bound = match seen(lab, &image, &UNMASKED, &words)? {
        Err(stopped) => stopped.told(),
        Ok(seen) => json!({ "started": "yes", "numbers": numbers(&seen.look) }),
    };
    let same = host_devices()? == before;
    Ok(json!({
        "command": yes(),
        "kind": count(&look, |found, _, _| found["kind"] == "device"),
        "numbers": numbers(&look),
        "mode": match modes.first() {
            Some(mode) if modes.len() == 1 => *mode,
            _ => "different ones",
        },
        "work": if work { "yes" } else { "no" },
        "others": if other { "some" } else { "none" },
        "umask": if look["umask"] == umask() { "as before" } else { "changed" },
        "without_mknod": bound,
        "host": if same { "as before" } else { "changed" },
    }))
}

/// For how many of the six something is right.
fn count(look: &Value, right: impl Fn(&Value, u64, u64) -> bool) -> &'static str {
    let right = DEVICES.iter().filter(|(name, major, minor)| {
        right(&look["files"][format!("/dev/{name}")], *major, *minor)
    });
    match right.count() {
        6 => "all six",
        0 => "none",
        _ => "some",
    }
}

fn numbers(look: &Value) -> &'static str {
    count(look, |found, major, minor| {
        found["major"] == major && found["minor"] == minor
    })
}

/// Mode and last change of the devices the container stands beside. A terminal's
/// changes by itself.
fn host_devices() -> Result<Vec<(u32, i64, i64)>> {
    let devices = DEVICES.iter().filter(|(name, ..)| *name != "tty");
    devices
        .map(|(name, ..)| {
            let path = format!("/dev/{name}");
            let at = fs::metadata(&path).with_context(|| format!("look at {path}"))?;
            Ok((at.mode(), at.ctime(), at.ctime_nsec()))
        })
        .collect()
}

/// This process's umask, which can only be read by setting another.
fn umask() -> String {
    let umask = nix::sys::stat::umask(Mode::empty());
    nix::sys::stat::umask(umask);
    format!("{:o}", umask.bits())
}

const MASKED: [&str; 10] = [
    "/proc/kcore",
    "/proc/keys",
    "/proc/latency_stats",
    "/proc/timer_list",
    "/proc/sched_debug",
    "/proc/scsi",
    "/proc/acpi",
    "/proc/asound",
    "/sys/firmware",
    "/sys/devices/virtual/powercap",
];

pub fn masked(lab: &Lab) -> Result<Value> {
    let image = image(lab)?;
    let words: Vec<&str> = ["reach"].into_iter().chain(MASKED).collect();
    let look = match seen(lab, &image, &[], &words)? {
        Err(stopped) => return Ok(stopped.alone()),
        Ok(seen) => seen.look,
    };
    let mut seen: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut empty = Vec::new();
    for path in MASKED {
        let found = &look["files"][path];
        if found.is_null() {
            continue;
        }
        let none = || found["entries"].as_array().is_some_and(Vec::is_empty);
        let null = found["major"] == 1 && found["minor"] == 3;
        let (kind, word) = match found["kind"].as_str() {
            Some("directory") if !none() => ("directories", "shown"),
            Some("directory") if found["read_only"] != true => ("directories", "writable"),
            Some("directory") => ("directories", "covered"),
            Some("device") if null => ("files", "covered"),
            Some("device") => ("files", "another device"),
            _ => ("files", "shown"),
        };
        // An empty directory of the kernel looks the same with a cover.
        match fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none()) {
            true => empty.push((kind, word)),
            false => seen.entry(kind).or_default().push(word),
        }
    }
    for (kind, word) in empty {
        if !seen.contains_key(kind) {
            seen.entry(kind).or_default().push(word);
        }
    }
    let word = |kind: &str| match seen.get(kind).map(Vec::as_slice) {
        // This kernel may have none: then nothing shows.
        None | Some([]) => "covered",
        Some([first, rest @ ..]) if rest.iter().all(|word| word == first) => first,
        Some(_) => "covered in part",
    };
    Ok(json!({
        "command": yes(),
        "files": word("files"),
        "directories": word("directories"),
    }))
}

const READ_ONLY: [&str; 5] = [
    "/proc/bus",
    "/proc/fs",
    "/proc/irq",
    "/proc/sys",
    "/proc/sysrq-trigger",
];

/// A setting that every kernel has, and no namespace changes.
const SETTING: &str = "/proc/sys/kernel/pid_max";

pub fn read_only(lab: &Lab) -> Result<Value> {
    let image = image(lab)?;
    let words: Vec<&str> = ["reach", "/", "/proc", "/proc/sys/kernel", SETTING]
        .into_iter()
        .chain(READ_ONLY)
        .collect();
    let Seen { look, inside } = match seen(lab, &image, &[], &words)? {
        Err(stopped) => return Ok(stopped.alone()),
        Ok(seen) => seen,
    };
    let mounted = inside.iter().any(|mount| mount.point == "/proc/sys");
    let closed = |path: &str| look["files"][path]["read_only"] == true;
    let there: Vec<&str> = READ_ONLY
        .into_iter()
        .filter(|path| !look["files"][*path].is_null())
        .collect();
    let word = match there.iter().filter(|path| closed(path)).count() {
        _ if there.is_empty() => "not there",
        0 => "writable",
        count if count == there.len() => "read-only",
        _ => "read-only in part",
    };
    let other = |path: &str| {
        if closed(path) {
            "read-only"
        } else {
            "writable"
        }
    };
    Ok(json!({
        "command": yes(),
        "settings": word,
        "mounted": if mounted { "yes" } else { "no" },
        "read": if look["files"][SETTING]["text"].is_string() { "yes" } else { "no" },
        "below_them": other("/proc/sys/kernel"),
        "proc": other("/proc"),
        "root": other("/"),
    }))
}

pub fn read_only_root(lab: &Lab) -> Result<Value> {
    let image = image(lab)?;
    let probe = ["write", "/file", "/etc/file", "/../up", "/dev/shm/file"];
    let plain = match seen(lab, &image, &UNMASKED, &probe)? {
        Err(stopped) => return Ok(stopped.alone()),
        Ok(seen) => seen.look,
    };
    let asked = match seen(lab, &image, &["--unmask", "--read-only"], &probe)? {
        Err(stopped) => return Ok(stopped.alone()),
        Ok(seen) => seen.look,
    };
    let host = match fs::write(image.join("from-the-host"), "") {
        Ok(()) => "writable",
        Err(_) => "read-only",
    };
    let word = |look: &Value, path: &str| match look["errors"][path].as_i64() {
        None => "writable".to_string(),
        Some(error) if error == i64::from(libc::EROFS) => "read-only".to_string(),
        Some(error) => format!("error {error}"),
    };
    let all = |look: &Value| {
        json!({
            "root": word(look, "/file"),
            "below": word(look, "/etc/file"),
            "upwards": word(look, "/../up"),
            "shared_memory": word(look, "/dev/shm/file"),
        })
    };
    Ok(json!({
        "command": yes(),
        "plain": all(&plain),
        "read_only": all(&asked),
        "host": host,
    }))
}
