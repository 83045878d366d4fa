//! From limits to files and values: the table in which version 1 and version 2
//! differ.

use std::fmt;

use crate::limits::Limits;
use crate::machine::Version;

/// The time in which a quota is counted, in microseconds. The kernel's own
/// default: short enough that a process is not held back for long.
pub const PERIOD: u64 = 100_000;

/// One file of a group and what is written to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    pub file: String,
    pub value: String,
    /// Left out where the kernel has no such file.
    pub optional: bool,
}

impl Setting {
    /// A file that must be there.
    pub fn of(file: &str, value: impl fmt::Display) -> Setting {
        Setting {
            file: file.to_string(),
            value: value.to_string(),
            optional: false,
        }
    }

    /// A file that not every kernel has.
    pub fn if_there(file: &str, value: impl fmt::Display) -> Setting {
        Setting {
            optional: true,
            ..Setting::of(file, value)
        }
    }

    /// The controller the file belongs to: what stands before the first point.
    pub fn controller(&self) -> &str {
        self.file.split('.').next().unwrap_or_default()
    }
}

/// The files to be written for these limits, in the order in which to write
/// them.
///
/// | limit | version 1 | version 2 |
/// |---|---|---|
/// | `cpus` | `cpu.cfs_period_us`, `cpu.cfs_quota_us` | `cpu.max`: quota, space, period |
/// | `cpu_shares` | `cpu.shares` | `cpu.weight`, see [`weight`] |
/// | `memory` | `memory.limit_in_bytes` | `memory.max` |
/// | the same, no swap | `memory.memsw.limit_in_bytes`: the same number | `memory.swap.max`: 0 |
/// | `pids` | `pids.max` | `pids.max` |
/// | `cpuset` | `cpuset.cpus` | `cpuset.cpus` |
///
/// The files against swap are there only on kernels that account for it. On
/// version 1 the second must not be less than the first at any moment.
pub fn settings(limits: &Limits, version: Version) -> Vec<Setting> {
    // ANCHOR: files
    let mut list = Vec::new();
    if let Some(millis) = limits.cpus {
        let quota = millis * PERIOD / 1000;
        match version {
            Version::V1 => {
                list.push(Setting::of("cpu.cfs_period_us", PERIOD));
                list.push(Setting::of("cpu.cfs_quota_us", quota));
            }
            Version::V2 => list.push(Setting::of("cpu.max", format!("{quota} {PERIOD}"))),
        }
    }
    if let Some(shares) = limits.cpu_shares {
        list.push(match version {
            Version::V1 => Setting::of("cpu.shares", shares),
            Version::V2 => Setting::of("cpu.weight", weight(shares)),
        });
    }
    if let Some(bytes) = limits.memory {
        match version {
            Version::V1 => {
                list.push(Setting::of("memory.limit_in_bytes", bytes));
                list.push(Setting::if_there("memory.memsw.limit_in_bytes", bytes));
            }
            Version::V2 => {
                list.push(Setting::of("memory.max", bytes));
                list.push(Setting::if_there("memory.swap.max", 0));
            }
        }
    }
    if let Some(count) = limits.pids {
        list.push(Setting::of("pids.max", count));
    }
    if let Some(cpus) = &limits.cpuset {
        list.push(Setting::of("cpuset.cpus", cpus));
    }
    list
    // ANCHOR_END: files
}

/// Everything to be written: the limits' files and, on version 2, those named
/// by `conf`.
pub fn all(limits: &Limits, version: Version) -> Vec<Setting> {
    let mut list = settings(limits, version);
    if version == Version::V2 {
        let conf = limits.conf.iter();
        list.extend(conf.map(|(file, value)| Setting::of(file, value)));
    }
    list
}

/// Shares of version 1 (2 to 262144) as a weight of version 2 (1 to 10000), on
/// the curve that the runtimes agreed on in 2025: it goes through both ends and
/// turns the usual 1024 into the usual 100.
pub fn weight(shares: u64) -> u64 {
    let log = (shares.clamp(2, 262_144) as f64).log2();
    let exponent = (log * log + 125.0 * log) / 612.0 - 7.0 / 34.0;
    // Rounded up, but not for the sake of the last bit of a float.
    (10f64.powf(exponent) - 1e-9).ceil() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(limits: &Limits, version: Version) -> Vec<String> {
        let list = all(limits, version);
        let shown = |one: &Setting| format!("{}={}", one.file, one.value);
        list.iter().map(shown).collect()
    }

    #[test]
    fn both_versions_get_their_own_files() {
        let limits = Limits {
            cpus: Some(250),
            cpu_shares: Some(1024),
            memory: Some(64 << 20),
            pids: Some(32),
            cpuset: Some("0-1".into()),
            conf: [("memory.high".to_string(), "1".to_string())].into(),
        };
        assert_eq!(
            written(&limits, Version::V1),
            [
                "cpu.cfs_period_us=100000",
                "cpu.cfs_quota_us=25000",
                "cpu.shares=1024",
                "memory.limit_in_bytes=67108864",
                "memory.memsw.limit_in_bytes=67108864",
                "pids.max=32",
                "cpuset.cpus=0-1",
            ]
        );
        assert_eq!(
            written(&limits, Version::V2),
            [
                "cpu.max=25000 100000",
                "cpu.weight=100",
                "memory.max=67108864",
                "memory.swap.max=0",
                "pids.max=32",
                "cpuset.cpus=0-1",
                "memory.high=1",
            ]
        );
        assert!(written(&Limits::default(), Version::V2).is_empty());
    }

    #[test]
    fn weights_are_those_of_the_runtimes() {
        let weights = [2, 1024, 2000, 262_144].map(weight);
        assert_eq!(weights, [1, 100, 170, 10_000]);
    }
}
