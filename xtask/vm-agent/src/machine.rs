//! What this machine is, from `/proc` and `/sys`.

use std::collections::BTreeMap;
use std::fs;

use vm_agent::{Machine, work};

/// Looks.
pub fn look(files: &BTreeMap<String, String>) -> Machine {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let trimmed = |path: &str| read(path).trim().to_owned();
    let uptime = read("/proc/uptime");
    let uptime = uptime.split(' ').next().and_then(|word| word.parse().ok());
    let controllers = read("/sys/fs/cgroup/cgroup.controllers");
    let memory = read("/proc/meminfo");
    let mounts = read("/proc/self/mounts");
    Machine {
        name: trimmed("/proc/sys/kernel/hostname"),
        kernel: trimmed("/proc/sys/kernel/osrelease"),
        uptime: uptime.unwrap_or_default(),
        controllers: controllers.split_whitespace().map(str::to_owned).collect(),
        v1: mounts.lines().filter(|line| is_v1(line)).count(),
        memory: kibibytes(&memory, "MemTotal:"),
        available: kibibytes(&memory, "MemAvailable:"),
        work: u64::try_from(work().as_micros()).unwrap_or(u64::MAX),
        files: files.clone(),
    }
}

fn is_v1(mount: &str) -> bool {
    mount.split(' ').nth(2) == Some("cgroup")
}

fn kibibytes(info: &str, name: &str) -> u64 {
    let line = info.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_v1_is_v1() {
        assert!(is_v1("cgroup /sys/fs/cgroup/cpu cgroup rw,cpu 0 0"));
        assert!(!is_v1("cgroup2 /sys/fs/cgroup cgroup2 rw 0 0"));
        assert_eq!(
            kibibytes("MemTotal:  12 kB\nMemFree: 3 kB\n", "MemFree:"),
            3
        );
    }
}
