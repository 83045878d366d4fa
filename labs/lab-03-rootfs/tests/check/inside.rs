//! Part 03b: what is mounted in the image, where it leads, and what the host
//! sees of it.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use nix::fcntl::OFlag;
use nix::mount::{MsFlags, mount};
use nix::sys::stat::Mode;
use serde_json::{Value, json};
use workbench::program::Program;
use workbench::{Lab, Running};

use crate::image::{Mounted, image, names, process, secret, table, told};
use crate::started::{Stopped, heard, yes};

/// The program, about to run the probe on an image.
fn on(lab: &Lab, image: &Path, words: &[&str], probe: &[&str]) -> Program {
    let image = image.to_string_lossy();
    let run = ["run", "--rootfs", &image];
    let program = lab.with_probe(&[&run, words].concat(), probe);
    program.directory(lab.directory())
}

/// For what needs no covers, so that it can be seen before they are written.
pub const UNMASKED: [&str; 1] = ["--unmask"];

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
) -> Result<Result<Seen, Stopped>> {
    let mut running = on(lab, image, words, probe).start()?;
    let look = match heard(&mut running)? {
        Err(why) => return Ok(Err(why)),
        Ok(look) => look,
    };
    let inside = table(&process(&running)?.to_string())?;
    running.end()?;
    Ok(match inside.iter().any(|mount| mount.point == "/") {
        true => Ok(Seen { look, inside }),
        false => Err(Stopped::because("no root in its mount table")),
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
        Err(stopped) => return Ok(stopped.alone()),
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
    let waiting = opened(lab, &image)?;
    Ok(json!({
        "command": yes(),
        "waiting_file": if waiting { "opened" } else { "not opened" },
        "absolute_link": { "mounted": at(&absolute, "proc"), "leads_there": full("/proc") },
        "upward_link": { "mounted": at(&relative, "sysfs"), "leads_there": full("/sys") },
    }))
}

/// Whether the program opens what the image has as `/proc`: a FIFO, which keeps
/// whoever opens it waiting for a writer that never comes.
fn opened(lab: &Lab, image: &Path) -> Result<bool> {
    let place = image.join("proc");
    fs::remove_file(&place).context("remove the link")?;
    nix::unistd::mkfifo(&place, Mode::from_bits_truncate(0o600)).context("make a FIFO")?;
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        // A writer can be opened once there is a reader, also one that waits;
        // that one goes on then.
        let reader = scope.spawn(|| {
            let flags = OFlag::O_WRONLY | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC;
            loop {
                if nix::fcntl::open(&place, flags, Mode::empty()).is_ok() {
                    return true;
                }
                if over.load(Ordering::Relaxed) {
                    return false;
                }
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        let started = on(lab, image, &UNMASKED, &["reach", "/"]).start();
        // What it says of such an image is its own affair.
        let started = started.map(|mut running| drop(running.hear()));
        over.store(true, Ordering::Relaxed);
        let opened = reader.join().unwrap_or(false);
        started.map(|()| opened)
    })
}

pub fn ways_out(lab: &Lab) -> Result<Value> {
    let image = image(lab)?;
    let (secret, text) = secret(lab)?;
    let path = secret.to_string_lossy();
    let through = |link: &str| format!("{link}{path}");
    let (one, own) = (through("/proc/1/root"), through("/proc/self/cwd/../../.."));
    let words = ["reach", &*path, &*one, &*own];
    let look = match seen(lab, &image, &[], &words)? {
        Err(stopped) => return Ok(stopped.alone()),
        Ok(seen) => seen.look,
    };
    let file = |path: &str| told(&look["files"][path]["text"], &text);
    let open = look["descriptors"].as_array().map_or(0, Vec::len);
    Ok(json!({
        "command": yes(),
        "by_path": file(&path),
        "upwards": told(&look["upwards"], &text),
        "by_proc_1_root": file(&one),
        "by_proc_self_cwd": file(&own),
        "by_descriptor": told(&look["through_descriptor"], &text),
        "descriptors": if open == 0 { "0, 1 and 2" } else { "more than 0, 1 and 2" },
    }))
}

/// What has to be mounted: where, which kind, with which options at least, and
/// with which of its file system.
const WANTED: [(&str, &str, &[&str], &[&str]); 5] = [
    ("/proc", "proc", &["nosuid", "nodev", "noexec"], &[]),
    ("/sys", "sysfs", &["ro", "nosuid", "nodev", "noexec"], &[]),
    ("/dev", "tmpfs", &["nosuid"], &["mode=755", "size=64k"]),
    (
        "/dev/pts",
        "devpts",
        &["nosuid", "noexec"],
        &["mode=620", "ptmxmode=666"],
    ),
    (
        "/dev/shm",
        "tmpfs",
        &["nosuid", "nodev", "noexec"],
        &["size=65536k"],
    ),
];

pub fn mounts(lab: &Lab) -> Result<Value> {
    let image = image(lab)?;
    let probe = ["reach", "/proc", "/dev/pts", "/dev/shm"];
    let Seen { look, inside } = match seen(lab, &image, &UNMASKED, &probe)? {
        Err(stopped) => return Ok(stopped.alone()),
        Ok(seen) => seen,
    };
    let mut seen = BTreeMap::new();
    for (point, kind, options, of_its_kind) in WANTED {
        // The last on a point is the one that is seen.
        let found = inside.iter().rfind(|mount| mount.point == point);
        let all = |wanted: &[&str], there: &[String]| {
            let mut wanted = wanted.iter();
            wanted.all(|wanted| there.iter().any(|option| option == wanted))
        };
        let word = match found {
            None => "not mounted",
            Some(mount) if mount.kind != kind => "another",
            Some(mount) if !all(options, &mount.options) => "without its flags",
            Some(mount) if !all(of_its_kind, &mount.of_its_kind) => "without its options",
            Some(_) => "as wanted",
        };
        seen.insert(point, word);
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
        "command": yes(),
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
        let names = names(&image.join(directory))?;
        all.extend(names.iter().map(|name| format!("{directory}/{name}")));
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
    if let Err(stopped) = heard(&mut running)? {
        return Ok(stopped.alone());
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
        "command": yes(),
        "mounts": { "meanwhile": meanwhile, "ended": ended, "killed": killed },
        "image": {
            "left_in_it": if left.is_empty() { "nothing" } else { "something" },
            "writable_meanwhile": writable,
        },
    }))
}
