//! What a container has used, read from the files of its group.

use namespaces::Failure;
use serde::{Deserialize, Serialize};

use crate::file;
use crate::group::{Group, is_absent};
use crate::machine::Version;

/// What the kernel has counted for one container. What no controller counts
/// here is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stats {
    /// Processor time in microseconds.
    pub cpu_usec: Option<u64>,
    /// Periods in which it wanted to run and had a quota.
    pub periods: Option<u64>,
    /// Those in which it used its quota up and was held back.
    pub throttled: Option<u64>,
    /// How long it was held back, in microseconds, summed over its CPUs.
    pub throttled_usec: Option<u64>,
    /// Memory in bytes, files it has read included.
    pub memory: Option<u64>,
    /// Processes that were killed because memory ran out.
    pub oom_kills: Option<u64>,
    /// Processes and threads.
    pub pids: Option<u64>,
    /// How often a new process was refused.
    pub refused: Option<u64>,
}

/// Reads what the container has used.
///
/// | | version 1 | version 2 |
/// |---|---|---|
/// | `cpu_usec` | `cpuacct.usage`, in *nano*seconds | `cpu.stat`, `usage_usec` |
/// | `periods` | `cpu.stat`, `nr_periods` | the same |
/// | `throttled` | `cpu.stat`, `nr_throttled` | the same |
/// | `throttled_usec` | `cpu.stat`, `throttled_time`, in *nano*seconds | `cpu.stat`, `throttled_usec` |
/// | `memory` | `memory.usage_in_bytes` | `memory.current` |
/// | `oom_kills` | `memory.oom_control`, `oom_kill` | `memory.events`, `oom_kill` |
/// | `pids` | `pids.current` | the same |
/// | `refused` | `pids.events`, `max` | the same |
///
/// [`number`] and [`entry`] read one of them each.
pub fn read(group: &Group) -> Result<Stats, Failure> {
    // ANCHOR: stats
    let mut stats = Stats {
        periods: entry(group, "cpu.stat", "nr_periods")?,
        throttled: entry(group, "cpu.stat", "nr_throttled")?,
        pids: number(group, "pids.current")?,
        refused: entry(group, "pids.events", "max")?,
        ..Stats::default()
    };
    let nanoseconds = |value: Option<u64>| value.map(|value| value / 1000);
    match version(group, "cpu") {
        Some(Version::V1) => {
            stats.cpu_usec = nanoseconds(number(group, "cpuacct.usage")?);
            stats.throttled_usec = nanoseconds(entry(group, "cpu.stat", "throttled_time")?);
        }
        _ => {
            stats.cpu_usec = entry(group, "cpu.stat", "usage_usec")?;
            stats.throttled_usec = entry(group, "cpu.stat", "throttled_usec")?;
        }
    }
    match version(group, "memory") {
        Some(Version::V1) => {
            stats.memory = number(group, "memory.usage_in_bytes")?;
            stats.oom_kills = entry(group, "memory.oom_control", "oom_kill")?;
        }
        _ => {
            stats.memory = number(group, "memory.current")?;
            stats.oom_kills = entry(group, "memory.events", "oom_kill")?;
        }
    }
    Ok(stats)
    // ANCHOR_END: stats
}

/// In which version a controller of this group works.
pub fn version(group: &Group, controller: &str) -> Option<Version> {
    group.directory(controller).map(|(version, _)| version)
}

/// The number in a file of the group, named as `pids.current`: what stands
/// before the point is the controller. `None` when there is no such file.
pub fn number(group: &Group, file: &str) -> Result<Option<u64>, Failure> {
    present(group, file, |directory| file::number(directory, file))
}

/// The number behind a key in a file of the group, as `nr_throttled` in
/// `cpu.stat`; `None` when there is no such file.
pub fn entry(group: &Group, file: &str, key: &str) -> Result<Option<u64>, Failure> {
    present(group, file, |directory| file::entry(directory, file, key))
}

fn present(
    group: &Group,
    file: &str,
    read: impl FnOnce(&std::path::Path) -> Result<u64, Failure>,
) -> Result<Option<u64>, Failure> {
    let controller = file.split('.').next().unwrap_or_default();
    let Some((_, directory)) = group.directory(controller) else {
        return Ok(None);
    };
    match read(directory) {
        Err(failure) if is_absent(&failure) => Ok(None),
        number => number.map(Some),
    }
}
