//! What files don't tell is tried: by a child in namespaces of its own, which
//! end with it. Settings can lie, and a seccomp filter has no file.
//!
//! The child is this runner started again. It writes a line a trial, `name
//! errno`, as soon as it knows; 0 is success.

mod inside;
mod netlink;

use std::collections::BTreeMap;
use std::env;
use std::process::Command;
use std::time::Duration;

use nix::errno::Errno;

use super::finding::Finding;
use super::kernel::Feature;
use crate::process;

pub use inside::run as inside;

/// The child takes milliseconds. A module that must be loaded first, longer.
const LIMIT: Duration = Duration::from_secs(10);

/// One thing that is tried, each on the ground of those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trial {
    /// New namespaces; for an ordinary user in a new user namespace.
    Namespaces,
    /// Mounts in them.
    Mounts,
    Feature(Feature),
}

impl Trial {
    /// All of them, in their order.
    pub fn all() -> impl Iterator<Item = Trial> {
        let features = Feature::ALL.into_iter().map(Trial::Feature);
        [Trial::Namespaces, Trial::Mounts]
            .into_iter()
            .chain(features)
    }

    /// The device that is opened and nothing else.
    pub fn device(self) -> Option<&'static str> {
        match self {
            Trial::Feature(feature) => feature.device(),
            Trial::Namespaces | Trial::Mounts => None,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Trial::Namespaces => "namespaces",
            Trial::Mounts => "mounts",
            Trial::Feature(feature) => feature.name(),
        }
    }
}

/// What was tried.
#[derive(Debug, Clone, Default)]
pub struct Trials {
    /// The errno of each, 0 for success.
    results: BTreeMap<Trial, i32>,
    /// The one the child was killed in.
    hung: Option<Trial>,
}

impl Trials {
    /// Nothing was tried.
    pub fn none() -> Trials {
        Trials::default()
    }

    /// Tries everything, in a child with a limit. A child that can't be started
    /// tells nothing.
    pub fn run() -> Trials {
        let Ok(own) = env::current_exe() else {
            return Trials::none();
        };
        let mut command = Command::new(own);
        command.args(["doctor", "--inside"]);
        Trials::of(&mut command, LIMIT)
    }

    fn of(command: &mut Command, limit: Duration) -> Trials {
        match process::run_kept(command, limit, 4096) {
            Ok((output, ended)) => Trials::read(&output, ended),
            Err(_) => Trials::none(),
        }
    }

    /// Reads what a child said, to its end or to where it was killed.
    fn read(output: &str, ended: bool) -> Trials {
        let mut trials = Trials::none();
        for line in output.lines() {
            let known = |name: &str| Trial::all().find(|trial| trial.name() == name);
            let read = line
                .split_once(' ')
                .and_then(|(name, errno)| Some((known(name)?, errno.parse().ok()?)));
            trials.results.extend(read);
        }
        if !ended {
            trials.hung = Trial::all().find(|trial| !trials.results.contains_key(trial));
        }
        trials
    }

    /// Whether it was tried.
    pub fn came_to(&self, trial: Trial) -> bool {
        self.results.contains_key(&trial) || self.hung == Some(trial)
    }

    /// Whether it was tried and worked.
    pub fn worked(&self, trial: Trial) -> bool {
        self.results.get(&trial) == Some(&0)
    }

    /// What follows from a trial that failed.
    pub fn failed(&self, trial: Trial) -> Option<Finding> {
        if self.hung == Some(trial) {
            return Some(Finding::Hung { trial });
        }
        let errno = *self.results.get(&trial)?;
        match (trial, Errno::from_raw(errno)) {
            _ if errno == 0 => None,
            // What the kernel says of a kind it doesn't know: of a file system
            // or a device, of a link, of a subsystem of netfilter, of netfilter.
            (
                Trial::Feature(feature),
                Errno::ENODEV | Errno::EOPNOTSUPP | Errno::EINVAL | Errno::EPROTONOSUPPORT,
            ) => Some(Finding::Feature { feature }),
            _ => Some(Finding::Refused { trial, errno }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_that_hangs_is_killed_and_the_trial_named() {
        let mut child = Command::new("sh");
        child.args(["-c", "echo namespaces 0; echo mounts 0; exec sleep 60"]);
        let trials = Trials::of(&mut child, Duration::from_millis(500));
        let overlay = Trial::Feature(Feature::Overlay);
        assert!(trials.worked(Trial::Mounts) && trials.came_to(overlay));
        assert_eq!(
            trials.failed(overlay),
            Some(Finding::Hung { trial: overlay })
        );
        assert!(!trials.came_to(Trial::Feature(Feature::Tun)));
    }

    #[test]
    fn an_errno_says_whether_it_is_missing_or_refused() {
        let trials = Trials::read("namespaces 0\noverlay 19\nvxlan 95\ntun 1\nx\ny z\n", true);
        let failed = |feature| trials.failed(Trial::Feature(feature));
        let missing = |feature| Some(Finding::Feature { feature });
        assert_eq!(failed(Feature::Overlay), missing(Feature::Overlay));
        assert_eq!(failed(Feature::Vxlan), missing(Feature::Vxlan));
        let trial = Trial::Feature(Feature::Tun);
        assert_eq!(
            failed(Feature::Tun),
            Some(Finding::Refused { trial, errno: 1 })
        );
        assert_eq!(failed(Feature::Bridge), None);
        assert_eq!(trials.failed(Trial::Namespaces), None);
    }
}
