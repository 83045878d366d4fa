//! What a figure depends on besides what is measured.

use std::fs;
use std::thread;

use serde::{Deserialize, Serialize};

/// A machine, at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// The processor's model.
    pub cpu: String,
    pub processors: usize,
    /// Linux's version.
    pub kernel: String,
    /// Processes that wanted to run, over the last minute; see proc(5).
    pub load: f64,
}

impl Machine {
    pub fn now() -> Machine {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let load = read("/proc/loadavg");
        let load = load.split(' ').next().and_then(|load| load.parse().ok());
        Machine {
            cpu: model(&read("/proc/cpuinfo")),
            processors: thread::available_parallelism().map_or(1, |count| count.get()),
            kernel: version(&read("/proc/sys/kernel/osrelease")).to_owned(),
            load: load.unwrap_or(0.0),
        }
    }

    /// Whether others had so much to do that ours had to wait.
    pub fn busy(&self) -> bool {
        self.load > 0.5 * self.processors as f64
    }
}

/// The processor's name; not every architecture's kernel tells it.
fn model(cpuinfo: &str) -> String {
    let lines = cpuinfo.lines().filter_map(|line| line.split_once(':'));
    let mut models = lines.filter(|(key, _)| key.trim() == "model name");
    let model = models.next().map(|(_, model)| model.trim());
    model.unwrap_or(std::env::consts::ARCH).to_owned()
}

/// A release without what its builder has added.
fn version(release: &str) -> &str {
    let end = release.find(|c: char| c != '.' && !c.is_ascii_digit());
    &release[..end.unwrap_or(release.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernel_is_known_by_its_version() {
        assert_eq!(version("6.1.0-27-cloud-amd64\n"), "6.1.0");
        assert_eq!(version("6.12"), "6.12");
    }

    #[test]
    fn the_processor_has_a_name() {
        assert_eq!(
            model("processor\t: 0\nmodel name\t: Fast 9000\n"),
            "Fast 9000"
        );
        assert_eq!(model("processor\t: 0\n"), std::env::consts::ARCH);
    }
}
