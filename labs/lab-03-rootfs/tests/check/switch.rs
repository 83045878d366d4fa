//! Part 03a: another root, by the weak way and by the one that holds.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use nix::mount::{MsFlags, mount};
use serde_json::{Value, json};
use workbench::{Lab, Running};

use crate::image::{image, link, names, process, same, secret, table, told};
use crate::started::{heard, yes};

/// A container on an image in which nothing is mounted, started as people start
/// it: from a directory that is neither the root nor the image.
fn bare(lab: &Lab, image: &Path, words: &[&str], probe: &[&str]) -> Result<Running> {
    let image = image.to_string_lossy();
    let run = ["run", "--bare", "--rootfs", &image];
    let program = lab.with_probe(&[&run, words].concat(), probe);
    program.directory(lab.directory()).start()
}

/// Which root the process has, and where it stands.
fn place(running: &Running, image: &Path) -> Result<(&'static str, &'static str)> {
    let pid = process(running)?;
    let root = match same(&link(pid, "root"), image)? {
        true => "the image",
        false => "the host's",
    };
    let stands = match same(&link(pid, "cwd"), &link(pid, "root"))? {
        true => "in its root",
        false => "elsewhere",
    };
    Ok((root, stands))
}

pub fn chroot(lab: &Lab) -> Result<Value> {
    let image = image(lab)?;
    let (secret, text) = secret(lab)?;
    let path = secret.to_string_lossy();
    let mut running = bare(lab, &image, &["--chroot"], &["reach", &path])?;
    let look = match heard(&mut running)? {
        Err(stopped) => return Ok(stopped.alone()),
        Ok(look) => look,
    };
    let (root, stands) = place(&running, &image)?;
    running.end()?;
    Ok(json!({
        "command": yes(),
        "root": root,
        "stands": stands,
        "host_file": {
            "by_path": told(&look["files"][&*path]["text"], &text),
            "upwards": told(&look["upwards"], &text),
        },
    }))
}

/// Makes the image a mount point before the program sees it.
fn bind_on_itself(image: &Path) -> Result<()> {
    let none = None::<&str>;
    mount(Some(image), image, none, MsFlags::MS_BIND, none).context("bind the image on itself")
}

pub fn own_mount(lab: &Lab) -> Result<Value> {
    let image = image(lab)?;
    let below = image.join("data");
    fs::create_dir(&below).context("make a directory in the image")?;
    let none = None::<&str>;
    mount(Some("check"), &below, Some("tmpfs"), MsFlags::empty(), none)
        .context("mount a tmpfs in the image")?;
    let text = lab.random_name()?;
    fs::write(below.join("file"), &text).context("write into it")?;
    let probe = ["reach", "/data/file"];
    let mut running = bare(lab, &image, &[], &probe)?;
    let look = match heard(&mut running)? {
        Err(stopped) => {
            // Is it for want of a mount, or is there another reason?
            bind_on_itself(&image)?;
            let mut running = bare(lab, &image, &[], &probe)?;
            let again = heard(&mut running)?;
            return Ok(json!({
                "command": stopped.told(),
                "already_a_mount": again.map_or_else(|stopped| stopped.told(), |_| yes()),
            }));
        }
        Ok(look) => look,
    };
    let table = table(&process(&running)?.to_string())?;
    let root = table.iter().any(|mount| mount.point == "/");
    let (shows, _) = place(&running, &image)?;
    running.end()?;
    let below = match look["files"]["/data/file"]["text"] == text.as_str() {
        true => "seen",
        false => "hidden",
    };
    Ok(json!({
        "command": yes(),
        "root": if root { "a mount" } else { "no mount" },
        "shows": shows,
        "mounted_below": below,
    }))
}

pub fn pivot(lab: &Lab) -> Result<Value> {
    let image = image(lab)?;
    let (secret, text) = secret(lab)?;
    let path = secret.to_string_lossy();
    let mut running = bare(lab, &image, &[], &["reach", &path])?;
    let look = match heard(&mut running)? {
        Err(stopped) => return Ok(stopped.alone()),
        Ok(look) => look,
    };
    let (root, stands) = place(&running, &image)?;
    let table = table(&process(&running)?.to_string())?;
    let own = table.iter().any(|mount| mount.point == "/");
    running.end()?;
    Ok(json!({
        "command": yes(),
        "root": root,
        "stands": stands,
        "mount_table": if own { "begins at the root" } else { "has no root" },
        "host_file": { "by_path": told(&look["files"][&*path]["text"], &text) },
    }))
}

/// What the classic way out of a chroot reaches.
pub fn escape(lab: &Lab) -> Result<Value> {
    let (secret, text) = secret(lab)?;
    let path = secret.to_string_lossy();
    let image = image(lab)?;
    let reached = |words: &[&str]| -> Result<Value> {
        let mut running = bare(lab, &image, words, &["escape", &path])?;
        let look = match heard(&mut running)? {
            Err(stopped) => return Ok(stopped.told()),
            Ok(look) => look,
        };
        running.end()?;
        Ok(json!({ "started": "yes", "host_file": told(&look["text"], &text) }))
    };
    let (weak, strong) = (reached(&["--chroot"])?, reached(&[])?);
    // What stops the weak one is told by the check of the chroot.
    let stopped = (strong["started"] == "no").then(|| strong.clone());
    Ok(json!({
        "command": stopped.unwrap_or_else(yes),
        "by_chroot": weak,
        "by_pivot_root": strong,
    }))
}

pub fn old_root(lab: &Lab) -> Result<Value> {
    let image = image(lab)?;
    let (secret, text) = secret(lab)?;
    let path = secret.to_string_lossy();
    let before = names(&image)?;
    let mut running = bare(lab, &image, &[], &["reach", &path])?;
    let look = match heard(&mut running)? {
        Err(stopped) => return Ok(stopped.alone()),
        Ok(look) => look,
    };
    let inside = table(&process(&running)?.to_string())?;
    running.end()?;
    // Nothing was mounted in the image: its root is the only mount there is.
    let mounts = match inside.len() {
        0 => "none",
        1 => "its root alone",
        _ => "the host's too",
    };
    Ok(json!({
        "command": yes(),
        "mounts": mounts,
        "left_in_the_image": if names(&image)? == before { "nothing" } else { "something" },
        "host_file": { "upwards": told(&look["upwards"], &text) },
    }))
}
