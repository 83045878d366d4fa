//! Part 04a: what a container has for itself, and what becomes of it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use nix::sys::signal::Signal;
use nix::sys::stat::{Mode, umask};
use serde_json::{Value, json};
use workbench::Lab;
use workbench::probe::files;

use crate::image::{BARE, Store, either, heard, process, refused, steps, yes};

/// How many mounts this process sees.
fn mounts() -> Result<usize> {
    let table = fs::read_to_string("/proc/self/mountinfo").context("read the mount table")?;
    Ok(table.lines().count())
}

/// Whether a file of this name is anywhere a program may write.
fn anywhere(name: &str) -> Result<bool> {
    for root in ["/tmp", "/run", "/dev/shm", "/var"] {
        let mut left = vec![Path::new(root).to_path_buf()];
        while let Some(dir) = left.pop() {
            // What isn't there, or goes meanwhile, has no such file.
            for entry in fs::read_dir(&dir).into_iter().flatten().flatten() {
                if entry.file_name() == name {
                    return Ok(true);
                }
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    left.push(entry.path());
                }
            }
        }
    }
    Ok(false)
}

/// Waits until a process has ended.
fn gone(pid: i32) -> Result<()> {
    let deadline = Instant::now() + Duration::from_secs(5);
    while Path::new(&format!("/proc/{pid}")).exists() {
        ensure!(Instant::now() < deadline, "process {pid} doesn't end");
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}

pub fn left(lab: &Lab) -> Result<Value> {
    let store = Store::new(lab);
    let image = match store.image(&[steps(&["directory ./data"])])? {
        Err(why) => return Ok(refused(why)),
        Ok(image) => image,
    };
    let before = mounts()?;
    let mut words = Vec::new();
    for _ in 0..6 {
        words.push(lab.random_name()?);
    }
    let [name, file, removed, file_removed, killed, file_killed] = &words[..] else {
        return Ok(Value::Null);
    };
    let write = |file: &str| format!("write /data/{file} x");

    let started = store.files(&image, &[BARE, "--name", name], &[&write(file)])?;
    let running = match started {
        Err(why) => return Ok(refused(why)),
        Ok((running, _)) => running,
    };
    let meanwhile = mounts()?;
    running.end()?;
    let after_end = anywhere(file)?;
    lab.run(&["rm", name])?;
    let after_rm = anywhere(file)?;

    let words = [BARE, "--rm", "--name", removed];
    if let Ok((running, _)) = store.files(&image, &words, &[&write(file_removed)])? {
        running.end()?;
    }
    let with_rm = anywhere(file_removed)?;

    let started = store.files(&image, &[BARE, "--name", killed], &[&write(file_killed)])?;
    if let Ok((running, _)) = started {
        let pid = process(&running)?;
        running.signal(Signal::SIGKILL)?;
        running.ended_within(Duration::from_secs(5))?;
        gone(pid)?;
    }
    lab.run(&["rm", killed])?;
    let after_kill = anywhere(file_killed)?;
    Ok(json!({
        "command": { "started": "yes" },
        "mounted_meanwhile": either(meanwhile == before, "nothing", "something"),
        "mounted_afterwards": either(mounts()? == before, "nothing", "something"),
        "ended": either(after_end, "its files stay", "its files are gone"),
        "removed": either(after_rm, "something left", "nothing left"),
        "ended_with_rm": either(with_rm, "something left", "nothing left"),
        "killed_and_removed": either(after_kill, "something left", "nothing left"),
    }))
}

pub fn init_layer(lab: &Lab) -> Result<Value> {
    let store = Store::new(lab);
    let image = match store.image(&[steps(&["write ./etc/hosts image", "directory ./data"])])? {
        Err(why) => return Ok(refused(why)),
        Ok(image) => image,
    };
    let layers = store.layers()?;
    let (name, hostname) = (lab.random_name()?, lab.random_name()?);
    let resolv_conf = fs::read_to_string("/etc/resolv.conf").unwrap_or_default();
    let own = ["/etc/hosts", "/etc/hostname"].map(|path| fs::read(path).unwrap_or_default());
    // As careful administrators have it.
    umask(Mode::from_bits_truncate(0o077));
    let words = ["--name", &name, "--hostname", &hostname];
    let probe = [
        "reach",
        "/etc/hosts",
        "/etc/hostname",
        "/etc/resolv.conf",
        "/etc",
    ];
    let mut running = store.run(&image, &words, &probe).start()?;
    let look = match heard(&mut running)? {
        Err(why) => return Ok(refused(why)),
        Ok(look) => look,
    };
    running.end()?;
    let file = |path: &str| &look["files"][path];
    let text = |path: &str| file(path)["text"].as_str().unwrap_or_default();
    let leads = |name: &str| {
        let mut lines = text("/etc/hosts").lines().map(|line| {
            let mut words = line
                .split('#')
                .next()
                .unwrap_or_default()
                .split_whitespace();
            let address = words.next().unwrap_or_default().to_string();
            (address, words.any(|word| word == name))
        });
        let local = |address: &str| address.starts_with("127.") || address == "::1";
        lines.any(|(address, named)| named && local(&address))
    };
    let readable = ["/etc/hosts", "/etc/hostname", "/etc/resolv.conf"]
        .iter()
        .all(|path| {
            file(path)["mode"]
                .as_str()
                .is_some_and(|mode| mode.ends_with(['4', '5', '6', '7']))
        });
    let upper = files::tree(&store.dir.join("containers").join(&name).join("upper"))?;
    let etc = fs::metadata(lab.directory().join(format!("{image}-0/etc")))?
        .permissions()
        .mode();
    let same_mode = file("/etc")["mode"] == format!("{:o}", etc & 0o7777);
    let after = ["/etc/hosts", "/etc/hostname"].map(|path| fs::read(path).unwrap_or_default());
    Ok(json!({
        "command": { "started": "yes" },
        "hosts_etc": either(after == own, "as before", "changed"),
        "hostname": either(text("/etc/hostname").trim() == hostname, "its own", "another"),
        "hosts": {
            "localhost": either(leads("localhost"), "there", "missing"),
            "own_name": either(leads(&hostname), "there", "missing"),
        },
        "resolv_conf": either(text("/etc/resolv.conf").trim() == resolv_conf.trim(), "the host's", "another"),
        "readable_by_all": yes(readable),
        "etc": either(same_mode, "with the image's rights", "with other rights"),
        "image": either(store.layers()? == layers, "as before", "changed"),
        "writable_layer": either(upper.is_empty(), "empty", "not empty"),
    }))
}
