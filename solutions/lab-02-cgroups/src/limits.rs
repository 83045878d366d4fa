//! What a container may use, as data.

use std::collections::BTreeMap;

use anyhow::{Result, bail, ensure};
use serde::{Deserialize, Serialize};

/// The limits of one container; what is absent is not limited. The names are
/// those of the engines' options.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Processor time, in thousandths of one CPU: 200 is a fifth of one.
    pub cpus: Option<u64>,
    /// Share of the processor where it is scarce, 2 to 262144; 1024 is usual.
    pub cpu_shares: Option<u64>,
    /// Memory in bytes. Swapping it out doesn't help: swap counts as well.
    pub memory: Option<u64>,
    /// Processes and threads.
    pub pids: Option<u64>,
    /// CPUs it may run on, as a list of numbers and ranges: `0-2,5`.
    pub cpuset: Option<String>,
    /// Files of cgroup v2 and what to write to them.
    pub conf: BTreeMap<String, String>,
}

impl Limits {
    /// Whether nothing is limited.
    pub fn is_empty(&self) -> bool {
        *self == Limits::default()
    }

    /// Refuses what no kernel would take, before anything is made.
    pub fn validate(&self) -> Result<()> {
        // The kernel's least quota is 1 ms of a period (kernel/sched/core.c).
        if let Some(millis) = self.cpus {
            ensure!(
                millis >= 10,
                "--cpus: {millis}m is less than 10m, the least"
            );
            ensure!(
                millis <= 1_000_000,
                "--cpus: {millis}m is more than 1000 CPUs"
            );
        }
        if let Some(bytes) = self.memory {
            // Less than its own program needs would only be a slow failure.
            ensure!(
                bytes >= 1 << 20,
                "--memory: {bytes} bytes are less than 1Mi, the least"
            );
        }
        ensure!(
            self.pids != Some(0),
            "--pids-limit: 0 would not even let the command start"
        );
        if let Some(list) = &self.cpuset {
            validate_list(list)?;
        }
        for file in self.conf.keys() {
            let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
            ensure!(
                file.contains('.') && file.chars().all(plain) && !file.starts_with('.'),
                "--cgroup-conf: {file:?} is no file of a controller, as memory.high is"
            );
            ensure!(
                !file.starts_with("cgroup."),
                "--cgroup-conf: {file} belongs to the runtime"
            );
        }
        Ok(())
    }
}

/// `0-2,5`: numbers and ranges with commas between (cpuset(7), "List format").
fn validate_list(list: &str) -> Result<()> {
    for range in list.split(',') {
        let (from, to) = range.split_once('-').unwrap_or((range, range));
        match (from.parse::<u32>(), to.parse::<u32>()) {
            (Ok(from), Ok(to)) if from <= to => {}
            _ => bail!("--cpuset-cpus {list:?}: {range:?} is neither a number nor a range"),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(limits: Limits) -> String {
        limits.validate().expect_err("refused").to_string()
    }

    #[test]
    fn what_no_kernel_takes_is_refused_early() {
        let none = Limits::default;
        assert!(none().validate().is_ok() && none().is_empty());
        assert!(
            refused(Limits {
                cpus: Some(9),
                ..none()
            })
            .contains("9m")
        );
        assert!(
            refused(Limits {
                memory: Some(0),
                ..none()
            })
            .contains("1Mi")
        );
        assert!(
            refused(Limits {
                pids: Some(0),
                ..none()
            })
            .contains("--pids-limit")
        );
        for list in ["", "1,", "a", "2-1", "1-", "-1", "0x1", "1;2", "1 "] {
            let cpuset = Some(list.to_string());
            assert!(
                refused(Limits { cpuset, ..none() }).contains("--cpuset-cpus"),
                "{list}"
            );
        }
        for file in ["memory", "../x.y", "a/b.c", ".x", "cgroup.procs", ""] {
            let conf = BTreeMap::from([(file.to_string(), "1".to_string())]);
            assert!(
                refused(Limits { conf, ..none() }).contains("--cgroup-conf"),
                "{file}"
            );
        }
        let cpuset = Some("0-2,5".to_string());
        assert!(Limits { cpuset, ..none() }.validate().is_ok());
    }
}
