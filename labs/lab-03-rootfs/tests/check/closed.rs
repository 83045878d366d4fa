//! Part 03b: which devices there are, what is covered, and what can't be written.

use std::collections::BTreeMap;
use std::fs;

use anyhow::Result;
use serde_json::{Value, json};
use workbench::Lab;

use crate::image::image;
use crate::inside::{UNMASKED, refused, seen};

/// Name, major and minor number.
const DEVICES: [(&str, u64, u64); 6] = [
    ("full", 1, 7),
    ("null", 1, 3),
    ("random", 1, 8),
    ("tty", 5, 0),
    ("urandom", 1, 9),
    ("zero", 1, 5),
];

pub fn devices(lab: &Lab) -> Result<Value> {
    let image = image(lab)?;
    let paths: Vec<String> = DEVICES
        .iter()
        .map(|(name, ..)| format!("/dev/{name}"))
        .collect();
    let mut words = vec!["reach", "/dev"];
    words.extend(paths.iter().map(String::as_str));
    let look = match seen(lab, &image, &UNMASKED, &words)? {
        Err(why) => return Ok(refused(why)),
        Ok(seen) => seen.look,
    };
    let words = ["write", "/dev/null", "/dev/full", "/dev/zero"];
    let written = match seen(lab, &image, &UNMASKED, &words)? {
        Err(why) => return Ok(refused(why)),
        Ok(seen) => seen.look,
    };
    let of = |name: &str| &look["files"][format!("/dev/{name}")];
    let count = |right: &dyn Fn(&Value, u64, u64) -> bool| {
        let right = DEVICES
            .iter()
            .filter(|(name, major, minor)| right(of(name), *major, *minor));
        match right.count() {
            6 => "all six",
            0 => "none",
            _ => "some",
        }
    };
    let numbers = count(&|found, major, minor| {
        found["kind"] == "device" && found["major"] == major && found["minor"] == minor
    });
    let open = count(&|found, _, _| found["mode"] == "666");
    let known = ["fd", "ptmx", "pts", "shm", "stdin", "stdout", "stderr"];
    let entries: Vec<String> =
        serde_json::from_value(look["files"]["/dev"]["entries"].clone()).unwrap_or_default();
    let other = entries.iter().any(|name| {
        !known.contains(&name.as_str()) && !DEVICES.iter().any(|(device, ..)| device == name)
    });
    let error = |name: &str| &written["errors"][format!("/dev/{name}")];
    let work = error("null").is_null() && error("zero").is_null() && error("full") == libc::ENOSPC;
    Ok(json!({
        "command": { "started": "yes" },
        "numbers": numbers,
        "for_everybody": open,
        "work": if work { "yes" } else { "no" },
        "others": if other { "some" } else { "none" },
    }))
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
        Err(why) => return Ok(refused(why)),
        Ok(seen) => seen.look,
    };
    let mut seen: BTreeMap<&str, Vec<bool>> = BTreeMap::new();
    for path in MASKED {
        let found = &look["files"][path];
        if found.is_null() {
            continue;
        }
        let (kind, covered) = match found["kind"].as_str() {
            Some("directory") => {
                let empty = found["entries"].as_array().is_some_and(Vec::is_empty);
                ("directories", empty && found["read_only"] == true)
            }
            _ => ("files", found["kind"] == "device"),
        };
        seen.entry(kind).or_default().push(covered);
    }
    let word = |kind: &str| match seen.get(kind).map(Vec::as_slice) {
        // This kernel may have none: then nothing shows.
        None => "covered",
        Some(all) if all.iter().all(|covered| *covered) => "covered",
        Some(all) if all.iter().any(|covered| *covered) => "covered in part",
        _ => "shown",
    };
    Ok(json!({
        "command": { "started": "yes" },
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

pub fn read_only(lab: &Lab) -> Result<Value> {
    let image = image(lab)?;
    let words: Vec<&str> = ["reach", "/", "/proc", "/proc/sys/kernel"]
        .into_iter()
        .chain(READ_ONLY)
        .collect();
    let look = match seen(lab, &image, &[], &words)? {
        Err(why) => return Ok(refused(why)),
        Ok(seen) => seen.look,
    };
    let closed = |path: &str| look["files"][path]["read_only"] == true;
    let there: Vec<&str> = READ_ONLY
        .into_iter()
        .filter(|path| !look["files"][*path].is_null())
        .collect();
    let word = match there.iter().filter(|path| closed(path)).count() {
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
        "command": { "started": "yes" },
        "settings": word,
        "below_them": other("/proc/sys/kernel"),
        "proc": other("/proc"),
        "root": other("/"),
    }))
}

pub fn read_only_root(lab: &Lab) -> Result<Value> {
    let image = image(lab)?;
    let probe = ["write", "/file", "/etc/file", "/dev/shm/file"];
    let plain = match seen(lab, &image, &UNMASKED, &probe)? {
        Err(why) => return Ok(refused(why)),
        Ok(seen) => seen.look,
    };
    let asked = match seen(lab, &image, &["--unmask", "--read-only"], &probe)? {
        Err(why) => return Ok(refused(why)),
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
            "shared_memory": word(look, "/dev/shm/file"),
        })
    };
    Ok(json!({
        "command": { "started": "yes" },
        "plain": all(&plain),
        "read_only": all(&asked),
        "host": host,
    }))
}
