//! What every build needs, whatever the lab: the compiler, a linker, room on
//! the disk, a clock that can be right. `doctor` looks, and `check` when a build
//! failed.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use nix::sys::statvfs::statvfs;

use super::finding::Finding;
use crate::build::cargo;
use crate::files;
use crate::process;

/// How long a program may take to tell its version.
const LIMIT: Duration = Duration::from_secs(10);

/// MiB that the first builds of a lab and of its runner write, rounded up; what
/// `du` says of `target` after `cargo xtask check 01 --solution` on a clone.
pub const BUILD: u64 = 450;

/// MiB with which not even one changed crate links.
const FULL: u64 = 40;

/// MiB the compiler and the linker may put into the folder for temporary files.
const TEMPORARY: u64 = 40;

/// A clock may stand a little behind that of another machine.
const TOLERANCE: Duration = Duration::from_secs(60 * 60);

/// Everything that is missing for a build in the repository at `root`.
pub fn findings(root: &Path) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(rust(root));
    findings.extend(linker(root));
    findings.extend(disks(root));
    findings.extend(clock(root, SystemTime::now()));
    findings
}

/// A program's standard output, when it ends well.
fn told(command: &mut Command) -> Option<String> {
    let ended = process::run(command, LIMIT, 4096).ok()?;
    ended.status.success().then_some(ended.stdout)
}

/// rustc's version, as in `1.85.0`. None when there is none.
pub fn rustc() -> Option<String> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = told(Command::new(rustc).arg("--version"))?;
    Some(version.split_whitespace().nth(1)?.to_owned())
}

fn rust(root: &Path) -> Option<Finding> {
    let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap_or_default();
    let stated = |line: &str| {
        let value = line.trim().strip_prefix("rust-version")?.trim_start();
        Some(value.strip_prefix('=')?.trim().trim_matches('"').to_owned())
    };
    let wanted = manifest.lines().find_map(stated)?;
    let found = rustc();
    let cargo = told(cargo().arg("--version"));
    let new_enough = found
        .as_deref()
        .is_some_and(|found| numbers(found) >= numbers(&wanted));
    (!new_enough || cargo.is_none()).then_some(Finding::Rust { found, wanted })
}

/// `1.85` and `1.85.0-nightly` as numbers that can be compared.
fn numbers(version: &str) -> Vec<u32> {
    let mut numbers: Vec<u32> = version
        .split(['.', '-'])
        .map_while(|part| part.parse().ok())
        .collect();
    numbers.resize(3, 0);
    numbers
}

/// rustc calls `cc`, unless a linker was chosen.
fn linker(root: &Path) -> Option<Finding> {
    let chosen = env::vars_os().any(|(name, _)| {
        let name = name.to_string_lossy();
        name.starts_with("CARGO_TARGET_") && name.ends_with("_LINKER")
    });
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cargo")));
    let configured = root
        .ancestors()
        .map(|folder| folder.join(".cargo"))
        .chain(home)
        .flat_map(|folder| [folder.join("config.toml"), folder.join("config")])
        .filter_map(|file| fs::read_to_string(file).ok())
        .any(|text| text.contains("linker"));
    if chosen || configured {
        return None;
    }
    match told(Command::new("cc").arg("--version")) {
        Some(_) => None,
        None => Some(Finding::Linker),
    }
}

fn disks(root: &Path) -> Vec<Finding> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    // What is built already needs no more room.
    let needed = if target.join("debug/deps").is_dir() {
        BUILD / 4
    } else {
        BUILD
    };
    let places = [(target, needed), (env::temp_dir(), TEMPORARY)];
    places
        .into_iter()
        .filter_map(|(path, needed)| disk(path, needed))
        .collect()
}

fn disk(path: PathBuf, needed: u64) -> Option<Finding> {
    let existing = path.ancestors().find(|folder| folder.exists())?;
    let disk = statvfs(existing).ok()?;
    let free = disk.blocks_available() * disk.fragment_size() / (1024 * 1024);
    // Some file systems count no files.
    let no_files = disk.files() > 0 && disk.files_available() == 0;
    room(path, if no_files { 0 } else { free }, needed)
}

fn room(path: PathBuf, free: u64, needed: u64) -> Option<Finding> {
    (free < needed).then_some(Finding::Disk {
        path,
        free,
        needed,
        full: free < FULL.min(needed),
    })
}

/// A clock before the last commit or before a file makes certificates invalid
/// and cargo unsure what is newer.
fn clock(root: &Path, now: SystemTime) -> Option<Finding> {
    let commit = told(
        Command::new("git")
            .arg("-C")
            .arg(root)
            .args(["log", "-1", "--format=%ct"]),
    );
    let commit = commit.and_then(|seconds| seconds.trim().parse().ok());
    let commit = commit.map(|seconds| UNIX_EPOCH + Duration::from_secs(seconds));
    let file = newest(root);
    let candidates = [
        commit.map(|time| (time, "commit".to_owned())),
        file.map(|(time, file)| (time, file.display().to_string())),
    ];
    let (time, before) = candidates.into_iter().flatten().max()?;
    let behind = time.duration_since(now).ok()?;
    (behind > TOLERANCE).then_some(Finding::Clock {
        hours: behind.as_secs() / 3600,
        before,
    })
}

/// The file of the repository that changed last.
fn newest(root: &Path) -> Option<(SystemTime, PathBuf)> {
    let folders = ["labs", "solutions", "xtask"];
    let below = folders.iter().flat_map(|folder| {
        let files = files::below(&root.join(folder)).unwrap_or_default();
        files
            .into_iter()
            .map(move |file| PathBuf::from(folder).join(file))
    });
    below
        .chain(["Cargo.toml".into(), "Cargo.lock".into()])
        .filter_map(|file| {
            let changed = fs::metadata(root.join(&file)).ok()?.modified().ok()?;
            Some((changed, file))
        })
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(numbers("1.9.0") < numbers("1.85"));
        assert!(numbers("1.85.0") >= numbers("1.85"));
        assert!(numbers("1.86.0-nightly") >= numbers("1.85"));
        assert!(numbers("1.84.1") < numbers("1.85"));
    }

    #[test]
    fn little_room_is_told_and_none_stops() {
        let full = |free| match room("/t".into(), free, 600) {
            Some(Finding::Disk { full, .. }) => Some(full),
            _ => None,
        };
        assert_eq!(full(600), None);
        assert_eq!(full(599), Some(false));
        assert_eq!(full(39), Some(true));
    }

    #[test]
    fn a_clock_before_the_repository_is_told() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .expect("a workspace");
        assert_eq!(clock(root, SystemTime::now()), None);
        let Some(Finding::Clock { hours, .. }) = clock(root, UNIX_EPOCH) else {
            panic!("1970 is before this file");
        };
        assert!(hours > 50 * 365 * 24);
    }
}
