//! What a killed keeper leaves, and who removes it.
//!
//! Namespaces and mounts go with PID 1, which dies with its keeper. Cgroups
//! stay, so their name says who made them:
//! `workbench.<pid namespace>.<pid>.<start time>` of the keeper.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::hierarchy::hierarchies;
use super::machine::Mode;

const PREFIX: &str = "workbench.";

/// From then on a subtree of another pid namespace, whose keepers cannot be
/// looked up from here, is taken for abandoned if it is empty.
const ABANDONED: Duration = Duration::from_secs(60);

/// The name of the calling keeper's subtrees.
pub fn own_name() -> io::Result<String> {
    let pid = std::process::id();
    let started = start_time(pid)?;
    Ok(format!("{PREFIX}{}.{pid}.{started}", pid_namespace()?))
}

/// Removes what dead keepers left, wherever in the hierarchies it is. Returns
/// the directories removed.
///
/// # Errors
///
/// When the hierarchies cannot be read, or a subtree cannot be removed.
pub fn sweep() -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    for hierarchy in hierarchies()? {
        let mut directories = vec![hierarchy.mount];
        while let Some(directory) = directories.pop() {
            found.extend(abandoned(&directory));
            directories.extend(
                children(&directory)
                    .into_iter()
                    .filter(|path| !is_ours(path)),
            );
        }
    }
    remove_all(&found)?;
    Ok(found
        .iter()
        .map(|path| path.display().to_string())
        .collect())
}

/// As [`sweep`], only where this process would put a workbench, and above.
pub fn sweep_here(mode: Mode) -> io::Result<()> {
    let mut found = Vec::new();
    for hierarchy in hierarchies()? {
        if mode == Mode::User && !hierarchy.v2 {
            continue;
        }
        let above = hierarchy.own.ancestors();
        for directory in above.take_while(|path| path.starts_with(&hierarchy.mount)) {
            found.extend(abandoned(directory));
        }
    }
    remove_all(&found)
}

/// The subtrees directly below a directory whose keepers are dead.
fn abandoned(directory: &Path) -> Vec<PathBuf> {
    let mut found = children(directory);
    found.retain(|path| is_ours(path) && is_abandoned(path));
    found
}

/// A process is in a subtree of every hierarchy, and only one of them can thaw
/// it: all are let go before the first is removed.
fn remove_all(found: &[PathBuf]) -> io::Result<()> {
    for path in found {
        end_processes(path);
        thaw_tree(path);
    }
    found.iter().try_for_each(|path| remove_tree(path))
}

fn children(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let directories = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    directories.map(|entry| entry.path()).collect()
}

fn is_ours(path: &Path) -> bool {
    keeper_of(path).is_some()
}

/// Pid namespace, pid and start time in the name of a subtree.
fn keeper_of(path: &Path) -> Option<(u64, u32, u64)> {
    let mut parts = path.file_name()?.to_str()?.strip_prefix(PREFIX)?.split('.');
    let keeper = (
        parts.next()?.parse().ok()?,
        parts.next()?.parse().ok()?,
        parts.next()?.parse().ok()?,
    );
    parts.next().is_none().then_some(keeper)
}

fn is_abandoned(path: &Path) -> bool {
    let (Some((namespace, pid, started)), Ok(here)) = (keeper_of(path), pid_namespace()) else {
        return false;
    };
    if namespace == here {
        return start_time(pid).ok() != Some(started);
    }
    let changed = fs::metadata(path).and_then(|metadata| metadata.modified());
    let age = changed.ok().and_then(|time| time.elapsed().ok());
    age.is_some_and(|age| age > ABANDONED) && processes(path).is_empty()
}

/// Kills what is left in a subtree whose keeper is dead. PID 1 is on its way
/// already; this is for a kernel that has not got round to it.
fn end_processes(path: &Path) {
    if fs::write(path.join("cgroup.kill"), "1").is_ok() {
        return;
    }
    for pid in processes(path) {
        let _ = kill(pid, Signal::SIGKILL);
    }
}

/// Lets every frozen group of a subtree go on: on v1 a frozen process doesn't
/// even die of SIGKILL.
pub fn thaw_tree(directory: &Path) {
    for (file, value) in [("freezer.state", "THAWED"), ("cgroup.freeze", "0")] {
        let file = directory.join(file);
        if file.exists() {
            let _ = fs::write(file, value);
        }
    }
    // Top down: below one that is frozen nothing goes on.
    children(directory)
        .iter()
        .for_each(|child| thaw_tree(child));
}

/// The processes in a subtree, as this pid namespace numbers them.
fn processes(path: &Path) -> Vec<Pid> {
    let own = fs::read_to_string(path.join("cgroup.procs")).unwrap_or_default();
    let here = own
        .lines()
        .filter_map(|line| line.parse().ok())
        .filter(|&pid| pid > 0);
    let mut all: Vec<Pid> = here.map(Pid::from_raw).collect();
    all.extend(children(path).iter().flat_map(|child| processes(child)));
    all
}

/// rmdir of `directory` and the groups below it, deepest first.
pub fn remove_tree(directory: &Path) -> io::Result<()> {
    let deadline = Instant::now() + Duration::from_secs(2);
    loop {
        let result = remove_once(directory);
        let busy = matches!(&result, Err(error) if error.raw_os_error() == Some(libc::EBUSY));
        if !busy || Instant::now() > deadline {
            return result;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn remove_once(directory: &Path) -> io::Result<()> {
    // What is not there is removed: someone else swept it.
    let tolerant = |result: io::Result<()>| match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    };
    let Ok(entries) = fs::read_dir(directory) else {
        return tolerant(fs::remove_dir(directory));
    };
    for entry in entries.flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_once(&entry.path())?;
        }
    }
    tolerant(fs::remove_dir(directory))
}

fn pid_namespace() -> io::Result<u64> {
    Ok(fs::metadata("/proc/self/ns/pid")?.ino())
}

/// Field 22 of `/proc/PID/stat` (proc_pid_stat(5)): clock ticks after boot.
fn start_time(pid: u32) -> io::Result<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name in field 2 may hold spaces and parentheses.
    let rest = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let field = rest
        .split_whitespace()
        .nth(19)
        .and_then(|text| text.parse().ok());
    field.ok_or_else(|| io::Error::other("the start time is missing"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_names_are_touched() {
        assert_eq!(
            keeper_of(Path::new("/c/workbench.4026.12.99")),
            Some((4026, 12, 99))
        );
        for other in [
            "workbench",
            "workbench.1.2",
            "workbench.1.2.3.4",
            "workbench.a.2.3",
            "x",
        ] {
            assert_eq!(keeper_of(Path::new(other)), None, "{other}");
        }
    }

    #[test]
    fn a_living_keeper_is_left_alone() {
        let name = own_name().expect("a name");
        assert!(!is_abandoned(Path::new(&name)));
        let earlier = format!(
            "{PREFIX}{}.{}.1",
            pid_namespace().expect("inode"),
            std::process::id()
        );
        assert!(is_abandoned(Path::new(&earlier)));
    }
}
