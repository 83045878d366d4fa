//! Part 03b: what is mounted in the image, what is covered, and what can't be
//! written.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use nix::mount::{MsFlags, mount};
use serde_json::{Value, json};
use workbench::program::Program;
use workbench::{Lab, Running};

use crate::heard;
use crate::image::{Mounted, image, process, secret, table, told};

/// The program, about to run the probe on an image.
fn on(lab: &Lab, image: &Path, words: &[&str], probe: &[&str]) -> Program {
    let image = image.to_string_lossy();
    let run = ["run", "--rootfs", &image];
    lab.with_probe(&[&run, words].concat(), probe)
}

/// For what needs no covers, so that it can be seen before they are written.
const UNMASKED: [&str; 1] = ["--unmask"];

/// Why it was not started, as the only thing that was seen.
fn refused(why: String) -> Value {
    json!({ "command": { "started": why } })
}

/// What was seen of a container: by the probe inside, and its mount table.
struct Seen {
    look: Value,
    inside: Vec<Mounted>,
}

/// Runs the probe on an image. A container without a root in its mount table
/// counts as not started: part 03a tells about that one.
fn seen(lab: &Lab, image: &Path, words: &[&str], probe: &[&str]) -> Result<Result<Seen, String>> {
    let mut running = on(lab, image, words, probe).start()?;
    let look = match heard(&mut running)? {
        Err(why) => return Ok(Err(why)),
        Ok(look) => look,
    };
    let inside = table(&process(&running)?.to_string())?;
    running.end()?;
    Ok(match inside.iter().any(|mount| mount.point == "/") {
        true => Ok(Seen { look, inside }),
        false => Err("without a root in its mount table".into()),
    })
}

/// A directory of the host that an image points to, and that the image has as
/// well, at the same path.
fn twice(lab: &Lab, image: &Path, name: &str) -> Result<PathBuf> {
    let host = lab.directory().join(name);
    let inside = image.join(host.strip_prefix("/").unwrap_or(&host));
    for directory in [&host, &inside] {
        let made = fs::create_dir_all(directory);
        made.with_context(|| format!("make {}", directory.display()))?;
    }
    Ok(host)
}

pub fn hostile(lab: &Lab) -> Result<Value> {
    let image = image(lab)?;
    let absolute = twice(lab, &image, &lab.random_name()?)?;
    let relative = twice(lab, &image, &lab.random_name()?)?;
    let upwards = Path::new("../../../../../../../..");
    let upwards = upwards.join(relative.strip_prefix("/").unwrap_or(&relative));
    for (name, target) in [("proc", absolute.clone()), ("sys", upwards)] {
        let place = image.join(name);
        fs::remove_dir(&place).with_context(|| format!("remove {name}"))?;
        symlink(&target, &place).with_context(|| format!("link {name}"))?;
    }
    let Seen { look, inside } = match seen(lab, &image, &UNMASKED, &["reach", "/proc", "/sys"])? {
        Err(why) => return Ok(refused(why)),
        Ok(seen) => seen,
    };
    let at = |target: &Path, kind: &str| {
        let point = target.to_string_lossy();
        let there = |mount: &Mounted| mount.point == point && mount.kind == kind;
        match inside.iter().any(there) {
            true => "inside",
            false => "not inside",
        }
    };
    let full = |path: &str| {
        look["files"][path]["entries"]
            .as_array()
            .is_some_and(|all| !all.is_empty())
    };
    Ok(json!({
        "command": { "started": "yes" },
        "absolute_link": { "mounted": at(&absolute, "proc"), "leads_there": full("/proc") },
        "upward_link": { "mounted": at(&relative, "sysfs"), "leads_there": full("/sys") },
    }))
}

pub fn ways_out(lab: &Lab) -> Result<Value> {
    let image = image(lab)?;
    let (secret, text) = secret(lab)?;
    let path = secret.to_string_lossy();
    let through = |link: &str| format!("{link}{path}");
    let (one, own) = (through("/proc/1/root"), through("/proc/self/cwd/../../.."));
    let words = ["reach", &*path, &*one, &*own];
    let look = match seen(lab, &image, &[], &words)? {
        Err(why) => return Ok(refused(why)),
        Ok(seen) => seen.look,
    };
    let file = |path: &str| told(&look["files"][path]["text"], &text);
    let open = look["descriptors"].as_array().map_or(0, Vec::len);
    Ok(json!({
        "command": { "started": "yes" },
        "by_path": file(&path),
        "upwards": told(&look["upwards"], &text),
        "by_proc_1_root": file(&one),
        "by_proc_self_cwd": file(&own),
        "by_descriptor": told(&look["through_descriptor"], &text),
        "descriptors": if open == 0 { "0, 1 and 2" } else { "more than 0, 1 and 2" },
    }))
}

/// What has to be mounted: where, which kind, and with which options at least.
const WANTED: [(&str, &str, &[&str]); 5] = [
    ("/proc", "proc", &["nosuid", "nodev", "noexec"]),
    ("/sys", "sysfs", &["ro", "nosuid", "nodev", "noexec"]),
    ("/dev", "tmpfs", &["nosuid"]),
    ("/dev/pts", "devpts", &["nosuid", "noexec"]),
    ("/dev/shm", "tmpfs", &["nosuid", "nodev", "noexec"]),
];

pub fn mounts(lab: &Lab) -> Result<Value> {
    let image = image(lab)?;
    let probe = ["reach", "/proc", "/dev/pts", "/dev/shm"];
    let Seen { look, inside } = match seen(lab, &image, &UNMASKED, &probe)? {
        Err(why) => return Ok(refused(why)),
        Ok(seen) => seen,
    };
    let mut seen = BTreeMap::new();
    for (point, kind, options) in WANTED {
        // The last on a point is the one that is seen.
        let found = inside.iter().rfind(|mount| mount.point == point);
        let found = match found {
            Some(mount) if mount.kind == kind => mount,
            Some(_) => {
                seen.insert(point, "another");
                continue;
            }
            None => {
                seen.insert(point, "not mounted");
                continue;
            }
        };
        let all = options
            .iter()
            .all(|wanted| found.options.iter().any(|option| option == wanted));
        seen.insert(
            point,
            if all {
                "as wanted"
            } else {
                "without its flags"
            },
        );
    }
    let entries = |path: &str| -> Vec<String> {
        serde_json::from_value(look["files"][path]["entries"].clone()).unwrap_or_default()
    };
    let numbers = entries("/proc");
    let numbers: Vec<&String> = numbers
        .iter()
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
        .collect();
    let processes = match numbers.as_slice() {
        [] => "none",
        [one] if *one == "1" => "its own",
        _ => "others too",
    };
    let terminals = match entries("/dev/pts").iter().any(|name| name != "ptmx") {
        true => "others'",
        false => "none",
    };
    Ok(json!({
        "command": { "started": "yes" },
        "mounts": seen,
        "processes": processes,
        "terminals": terminals,
        "shared_memory": look["files"]["/dev/shm"]["mode"],
    }))
}

/// What is in an image, without what is mounted there.
fn listing(image: &Path) -> Result<Vec<String>> {
    let mut all = Vec::new();
    for directory in ["", "dev", "proc", "sys"] {
        let path = image.join(directory);
        let entries = fs::read_dir(&path).with_context(|| format!("list {}", path.display()))?;
        for entry in entries {
            all.push(format!(
                "{directory}/{}",
                entry?.file_name().to_string_lossy()
            ));
        }
    }
    all.sort();
    Ok(all)
}

pub fn host(lab: &Lab) -> Result<Value> {
    // Below a mount that passes on to others what is mounted on it: on a
    // workbench nothing else does, and a mistake would not be seen.
    let parent = lab.directory();
    let none = None::<&str>;
    mount(Some("check"), parent, Some("tmpfs"), MsFlags::empty(), none).context("mount a tmpfs")?;
    mount(none, parent, none, MsFlags::MS_SHARED, none).context("make it shared")?;
    let image = image(lab)?;
    let (before, files) = (table("self")?, listing(&image)?);
    let changed = || -> Result<&'static str> {
        Ok(if table("self")? == before {
            "as before"
        } else {
            "changed"
        })
    };
    let start = || on(lab, &image, &["--read-only"], &["reach", "/"]).start();
    let mut running: Running = start()?;
    if let Err(why) = heard(&mut running)? {
        return Ok(refused(why));
    }
    let meanwhile = changed()?;
    let writable = match fs::write(image.join("from-the-host"), "") {
        Ok(()) => "yes",
        Err(_) => "no",
    };
    running.end()?;
    let ended = changed()?;
    // What the first has left may keep the second from starting; that is told below.
    let mut running = start()?;
    let _ = heard(&mut running)?;
    // Dropping it sends SIGKILL and waits for its end.
    drop(running);
    lab.run(&["clean"])?;
    let killed = changed()?;
    let mut left = listing(&image)?;
    left.retain(|name| !files.contains(name) && name != "/from-the-host");
    Ok(json!({
        "command": { "started": "yes" },
        "mounts": { "meanwhile": meanwhile, "ended": ended, "killed": killed },
        "image": {
            "left_in_it": if left.is_empty() { "nothing" } else { "something" },
            "writable_meanwhile": writable,
        },
    }))
}

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
