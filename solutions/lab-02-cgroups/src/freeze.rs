//! A container that stands still: every process of its group is stopped by the
//! kernel, without a signal, and none of them can tell.
//!
//! Version 1 has a controller for it, the freezer. Version 2 needs none: every
//! group but the root can be frozen.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use namespaces::Failure;

use crate::file;
use crate::group::{Group, children, is_absent};
use crate::machine::Version;

/// How long freezing may take. A process in the middle of a system call stops
/// when that lets it.
const LIMIT: Duration = Duration::from_secs(5);

/// Stops every process of the group. When that can't be done, all go on.
pub fn pause(group: &Group) -> Result<()> {
    if let Err(failure) = freeze(group, true) {
        freeze(group, false).context("thaw again what could not be frozen")?;
        return Err(failure.into());
    }
    Ok(())
}

/// Lets every process of the group go on.
pub fn resume(group: &Group) -> Result<()> {
    Ok(freeze(group, false)?)
}

/// Freezes the group or thaws it, and returns when that is so.
///
/// | | write | until |
/// |---|---|---|
/// | version 1, hierarchy `freezer` | `FROZEN` or `THAWED` to `freezer.state` | the same file says so; between it says `FREEZING` |
/// | version 2 | `1` or `0` to `cgroup.freeze` | the line `frozen` of `cgroup.events` says so |
///
/// [`until`] waits, with a limit.
pub fn freeze(group: &Group, frozen: bool) -> Result<(), Failure> {
    // ANCHOR: freeze
    let (version, directory) = group.directory("freezer").ok_or_else(nowhere)?;
    match version {
        Version::V1 => {
            let state = if frozen { "FROZEN" } else { "THAWED" };
            file::write(directory, "freezer.state", state)?;
            until(state, || {
                Ok(file::read(directory, "freezer.state")? == state)
            })
        }
        Version::V2 => {
            let wanted = u64::from(frozen);
            file::write(directory, "cgroup.freeze", wanted)?;
            until(if frozen { "frozen" } else { "thawed" }, || {
                Ok(file::entry(directory, "cgroup.events", "frozen")? == wanted)
            })
        }
    }
    // ANCHOR_END: freeze
}

/// Whether the group is frozen, or about to be.
pub fn is_frozen(group: &Group) -> Result<bool, Failure> {
    let (version, directory) = group.directory("freezer").ok_or_else(nowhere)?;
    match version {
        Version::V1 => Ok(file::read(directory, "freezer.state")? != "THAWED"),
        Version::V2 => Ok(file::number(directory, "cgroup.freeze")? == 1),
    }
}

/// Lets go what is frozen in a group that is to be removed, and may be gone;
/// also in groups that the container has made below its own. Doesn't wait.
pub fn thaw(group: &Group) -> Result<(), Failure> {
    match group.directory("freezer") {
        Some((version, directory)) => thaw_all(version, directory),
        None => Ok(()),
    }
}

fn thaw_all(version: Version, directory: &Path) -> Result<(), Failure> {
    let (file, value) = match version {
        Version::V1 => ("freezer.state", "THAWED"),
        Version::V2 => ("cgroup.freeze", "0"),
    };
    match file::write(directory, file, value) {
        Err(failure) if is_absent(&failure) => Ok(()),
        Err(failure) => Err(failure),
        Ok(()) => children(directory)?
            .iter()
            .try_for_each(|child| thaw_all(version, child)),
    }
}

/// Waits until something is so.
pub fn until(what: &str, mut so: impl FnMut() -> Result<bool, Failure>) -> Result<(), Failure> {
    let deadline = Instant::now() + LIMIT;
    while !so()? {
        if Instant::now() > deadline {
            return Err(Failure {
                operation: format!("wait for the cgroup to be {what}"),
                object: format!("{} s", LIMIT.as_secs()),
                errno: Some(libc::ETIMEDOUT),
            });
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

fn nowhere() -> Failure {
    Failure {
        operation: "freeze: the container has no cgroup that can be".into(),
        object: String::new(),
        errno: None,
    }
}
