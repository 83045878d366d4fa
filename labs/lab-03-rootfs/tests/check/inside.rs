//! Part 03b: what is mounted in the image, where it leads, and what the host
//! sees of it.

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
pub const UNMASKED: [&str; 1] = ["--unmask"];

/// Why it was not started, as the only thing that was seen.
pub fn refused(why: String) -> Value {
    json!({ "command": { "started": why } })
}

/// What was seen of a container: by the probe inside, and its mount table.
pub struct Seen {
    pub look: Value,
    pub inside: Vec<Mounted>,
}

/// Runs the probe on an image. A container without a root in its mount table
/// counts as not started: part 03a tells about that one.
pub fn seen(
    lab: &Lab,
    image: &Path,
    words: &[&str],
    probe: &[&str],
) -> Result<Result<Seen, String>> {
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
