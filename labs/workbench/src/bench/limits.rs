//! How much of the machine one workbench may use.

use std::fs;
use std::io;

use nix::sys::resource::{Resource, getrlimit};

use super::machine::{Machine, Mode, Steps};
use super::sys;

/// Processes and threads.
pub const PIDS: u64 = 512;
/// Memory in bytes, the workbench's tmpfs included.
const MEMORY: u64 = 1 << 30;

/// What one workbench may use, in bytes.
pub fn memory_limit() -> u64 {
    let info = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    memory_of(&info)
}

/// Half of the machine's memory and three quarters of what is available, at
/// most [`MEMORY`]. Beyond what is available the kernel would kill something,
/// and that need not be on the workbench. `info` is of the form of
/// `/proc/meminfo` (proc(5)).
fn memory_of(info: &str) -> u64 {
    let bytes = |name: &str| {
        let line = info.lines().find_map(|line| line.strip_prefix(name))?;
        let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
        Some(kib << 10)
    };
    let half = bytes("MemTotal:").map(|total| total / 2);
    let left = bytes("MemAvailable:").map(|available| available / 4 * 3);
    [half, left].into_iter().flatten().fold(MEMORY, u64::min)
}

/// A limit of 0 that was set before, by `sudo` or by a careful administrator,
/// can't be raised without CAP_SYS_RESOURCE. It stays: no file is written.
fn no_core_dumps() -> io::Result<()> {
    match sys::limit(libc::RLIMIT_CORE, 1) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            match getrlimit(Resource::RLIMIT_CORE) {
                Ok((_, 0)) => Ok(()),
                _ => Err(error),
            }
        }
        done => done,
    }
}

/// The size of a tmpfs that gets one of `parts` equal parts of the memory, at
/// most `most` bytes. Its files count as memory: a full disk has to say so
/// before the memory is full and something is killed.
pub fn disk_limit(parts: u64, most: u64) -> u64 {
    most.min(memory_limit() / parts)
}

/// Limits of PID 1 that the command inherits. A user's workbench, usually
/// without a cgroup of its own, has only these.
pub fn set(steps: &Steps, mode: Mode) -> Result<(), Machine> {
    // One byte: no dump, and none for a handler either, which the kernel
    // would start on the host (core(5), "Piping core dumps to a program").
    steps.step("limit of core dumps", no_core_dumps)?;
    if mode == Mode::Root {
        return Ok(());
    }
    // Counted per user namespace since Linux 5.14.
    steps.step("limit of processes", || {
        sys::limit(libc::RLIMIT_NPROC, PIDS)
    })?;
    steps.step("limit of memory", || {
        sys::limit(libc::RLIMIT_DATA, memory_limit())
    })?;
    // If memory runs out all the same, the workbench goes first. Lowering it
    // again would need CAP_SYS_RESOURCE on the host.
    steps.step("score for the OOM killer", || {
        fs::write("/proc/self/oom_score_adj", "1000")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workbench_takes_no_memory_that_somebody_else_has() {
        let info = |total: u64, available: u64| {
            format!("MemTotal: {total} kB\nMemFree: 1 kB\nMemAvailable: {available} kB\n")
        };
        assert_eq!(memory_of(&info(24 << 20, 20 << 20)), MEMORY);
        assert_eq!(memory_of(&info(600 << 10, 500 << 10)), 300 << 20);
        assert_eq!(memory_of(&info(600 << 10, 200 << 10)), 150 << 20);
        assert_eq!(memory_of(""), MEMORY);
    }
}
