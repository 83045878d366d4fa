//! Images to run on, a secret outside of them, and containers seen from
//! outside.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;
use workbench::rootfs::Recipe;
use workbench::{Lab, Running};

/// A root file system with the probe in it.
pub fn image(lab: &Lab) -> Result<PathBuf> {
    let path = lab.directory().join(lab.random_name()?);
    let made = Recipe::new().with(lab.probe()).make(&path, false)?;
    Ok(made.dir)
}

/// The names in a directory.
pub fn names(directory: &Path) -> Result<Vec<String>> {
    let list = || -> std::io::Result<Vec<String>> {
        let entries = fs::read_dir(directory)?;
        let name = |entry: std::io::Result<fs::DirEntry>| {
            Ok(entry?.file_name().to_string_lossy().into_owned())
        };
        let mut names = entries
            .map(name)
            .collect::<std::io::Result<Vec<String>>>()?;
        names.sort();
        Ok(names)
    };
    list().with_context(|| format!("list {}", directory.display()))
}

/// A file of the host with a text that nobody can guess.
pub fn secret(lab: &Lab) -> Result<(PathBuf, String)> {
    let (path, text) = (lab.directory().join("secret"), lab.random_name()?);
    fs::write(&path, &text).context("write the secret")?;
    Ok((path, text))
}

/// A word for a text that was found, or not, beside the secret.
pub fn told(found: &Value, secret: &str) -> &'static str {
    match found.as_str() {
        Some(text) if text == secret => "reached",
        _ => "not reached",
    }
}

/// The container's process, which is the only child of the program.
pub fn process(running: &Running) -> Result<i32> {
    let pid = running.pid();
    let path = format!("/proc/{pid}/task/{pid}/children");
    let children = fs::read_to_string(&path).with_context(|| format!("read {path}"))?;
    let first = children.split_whitespace().next();
    let first = first.with_context(|| format!("{path}: no process"))?;
    first.parse().with_context(|| format!("read {path}"))
}

/// Whether two paths lead to the same directory.
pub fn same(one: &Path, other: &Path) -> Result<bool> {
    let look =
        |path: &Path| fs::metadata(path).with_context(|| format!("look at {}", path.display()));
    let (one, other) = (look(one)?, look(other)?);
    Ok((one.dev(), one.ino()) == (other.dev(), other.ino()))
}

/// `root` or `cwd` of a process, as a path that leads there.
pub fn link(pid: i32, name: &str) -> PathBuf {
    format!("/proc/{pid}/{name}/.").into()
}

/// One line of `/proc/PID/mountinfo` (proc_pid_mountinfo(5)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mounted {
    pub point: String,
    pub kind: String,
    /// Options of this mount.
    pub options: Vec<String>,
    /// Options of its file system, as far as that tells them.
    pub of_its_kind: Vec<String>,
}

/// The mount table of a process, `self` or a pid.
pub fn table(process: &str) -> Result<Vec<Mounted>> {
    let path = format!("/proc/{process}/mountinfo");
    let text = fs::read_to_string(&path).with_context(|| format!("read {path}"))?;
    let line = |line: &str| {
        let mut fields = line.split(' ').skip(4);
        let (point, options) = (fields.next()?, fields.next()?);
        let mut of_its_kind = line.split_once(" - ")?.1.split(' ');
        let (kind, last) = (of_its_kind.next()?, of_its_kind.next_back()?);
        let list = |options: &str| options.split(',').map(String::from).collect();
        Some(Mounted {
            point: point.into(),
            kind: kind.into(),
            options: list(options),
            of_its_kind: list(last),
        })
    };
    Ok(text.lines().filter_map(line).collect())
}
