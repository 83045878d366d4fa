//! From facts to findings: what is missing, and which needs it stops.

use std::path::PathBuf;

use lab_judge::Need;

use super::cgroups::{OF_LABS, Why};
use super::facts::{Facts, OF_ROOT, SETFCAP};
use super::kernel::{Available, Feature, OLDEST};
use super::trial::{Trial, Trials};

/// One thing that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// The kernel is older than the workbench needs.
    Kernel { release: String },
    /// A lab's checks run as root only.
    NotRoot,
    /// A setting keeps ordinary users from making user namespaces.
    Setting { name: &'static str, value: u64 },
    /// The settings allow it and the kernel refused all the same: what was
    /// tried, and the errno.
    Refused { trial: Trial, errno: i32 },
    /// A trial did not come to an end.
    Hung { trial: Trial },
    /// Root without these capabilities.
    Capabilities { missing: Vec<&'static str> },
    /// Controllers that can't be used, for one reason.
    Controllers {
        names: Vec<&'static str>,
        why: Why,
        /// A workbench can't be made without them.
        vital: bool,
    },
    /// A hierarchy on which root can make no group.
    ReadOnlyCgroups { mount: PathBuf },
    /// No line in `/etc/subuid` and `/etc/subgid`.
    SubordinateRanges { user: String },
    /// No `newuidmap` and `newgidmap`.
    SubordinatePrograms,
    /// The kernel neither has nor can load it.
    Feature { feature: Feature },
    /// The device a program opens is not there.
    Device {
        feature: Feature,
        device: &'static str,
    },
    /// rustc is missing, or older than the workspace states.
    Rust {
        found: Option<String>,
        wanted: String,
    },
    /// No linker.
    Linker,
    /// So many MiB are free where a build writes `needed`.
    Disk {
        path: PathBuf,
        free: u64,
        needed: u64,
        /// Not even a small build would end.
        full: bool,
    },
    /// The clock stands before something of the repository: whole hours.
    Clock { hours: u64, before: String },
    /// cargo itself was started as root by sudo in somebody's repository.
    CargoAsRoot { user: String },
}

/// What one finding stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stops {
    /// Every build, so every lab.
    Builds,
    /// Every lab that runs on a workbench: all with a need.
    Workbenches,
    /// Labs with this need.
    Need(Need),
    /// Nothing. It will be noticed otherwise.
    Nothing,
}

impl Finding {
    pub fn stops(&self) -> Stops {
        match self {
            Finding::Kernel { .. }
            | Finding::Setting { .. }
            | Finding::Capabilities { .. }
            | Finding::ReadOnlyCgroups { .. }
            | Finding::Controllers { vital: true, .. } => Stops::Workbenches,
            Finding::NotRoot => Stops::Need(Need::Root),
            Finding::Controllers { vital: false, .. } => Stops::Need(Need::Cgroups),
            Finding::SubordinateRanges { .. } | Finding::SubordinatePrograms => {
                Stops::Need(Need::SubordinateIds)
            }
            Finding::Feature { feature } | Finding::Device { feature, .. } => {
                Stops::Need(need(*feature))
            }
            Finding::Refused { trial, .. } | Finding::Hung { trial } => match trial {
                Trial::Namespaces | Trial::Mounts => Stops::Workbenches,
                Trial::Feature(feature) => Stops::Need(need(*feature)),
            },
            Finding::Rust { .. } | Finding::Linker | Finding::Disk { full: true, .. } => {
                Stops::Builds
            }
            Finding::Disk { .. } | Finding::Clock { .. } | Finding::CargoAsRoot { .. } => {
                Stops::Nothing
            }
        }
    }

    /// Whether a lab with these needs can't run because of it.
    pub fn stops_any(&self, needs: &[Need]) -> bool {
        match self.stops() {
            Stops::Builds => true,
            Stops::Workbenches => !needs.is_empty(),
            Stops::Need(need) => needs.contains(&need),
            Stops::Nothing => false,
        }
    }
}

/// The word in `lab.yaml` that asks for a feature.
pub fn need(feature: Feature) -> Need {
    match feature {
        Feature::Overlay => Need::Overlay,
        Feature::Fuse => Need::Fuse,
        Feature::Tun => Need::Tun,
        Feature::Veth | Feature::Bridge => Need::Bridge,
        Feature::Vxlan => Need::Vxlan,
        Feature::Netfilter => Need::Netfilter,
    }
}

/// Everything of this machine that some need could miss.
pub fn of_needs(facts: &Facts, trials: &Trials) -> Vec<Finding> {
    let mut findings = Vec::new();
    if facts.version.is_some_and(|version| version < OLDEST) {
        let release = facts.release.clone();
        findings.push(Finding::Kernel { release });
    }
    if facts.user.uid != 0 {
        findings.push(Finding::NotRoot);
    }
    findings.extend(rights(facts));
    // What forbids it says more than the errno it leads to, here and below.
    let explained = findings.iter().any(|f| f.stops() == Stops::Workbenches);
    let nothing = Trials::none();
    let trials = if explained { &nothing } else { trials };
    findings.extend(trials.failed(Trial::Namespaces));
    findings.extend(trials.failed(Trial::Mounts));
    findings.extend(cgroups(facts));
    findings.extend(subordinate(facts));
    findings.extend(features(facts, trials));
    findings
}

/// What keeps this user from making a workbench's namespaces.
fn rights(facts: &Facts) -> Vec<Finding> {
    let user = &facts.user;
    let names = |capabilities: &[super::facts::Capability]| -> Vec<&'static str> {
        let missing = capabilities.iter().filter(|&&one| !user.has(one));
        missing.map(|one| one.name).collect()
    };
    if user.acts_as_root() {
        let missing = names(&OF_ROOT);
        return match missing.is_empty() {
            true => Vec::new(),
            false => vec![Finding::Capabilities { missing }],
        };
    }
    // Root without rights must map itself, which needs one more.
    if user.uid == 0 && user.initial && !user.has(SETFCAP) {
        let missing = names(&OF_ROOT);
        return vec![Finding::Capabilities { missing }];
    }
    let settings = &facts.settings;
    let forbids = [
        ("user.max_user_namespaces", settings.max_user_namespaces, 0),
        (
            "kernel.unprivileged_userns_clone",
            settings.unprivileged_clone,
            0,
        ),
        (
            "kernel.apparmor_restrict_unprivileged_userns",
            settings.apparmor,
            1,
        ),
    ];
    forbids
        .into_iter()
        .filter(|(_, value, forbidden)| *value == Some(*forbidden))
        .map(|(name, _, value)| Finding::Setting { name, value })
        .collect()
}

fn cgroups(facts: &Facts) -> Vec<Finding> {
    let root = facts.user.acts_as_root();
    let mut cgroups = facts.cgroups.clone();
    let mut findings = Vec::new();
    if root {
        cgroups.become_root();
        let mounts = cgroups.read_only();
        findings.extend(mounts.iter().map(|mount| Finding::ReadOnlyCgroups {
            mount: (*mount).to_owned(),
        }));
    }
    let mut reasons: Vec<(Why, Vec<&'static str>)> = Vec::new();
    for controller in OF_LABS {
        match cgroups.lacks(controller) {
            None => {}
            // Told already, for all of its controllers.
            Some(Why::ReadOnly(_)) if root => {}
            Some(why) => match reasons.iter_mut().find(|(other, _)| *other == why) {
                Some((_, names)) => names.push(controller),
                None => reasons.push((why, vec![controller])),
            },
        }
    }
    findings.extend(reasons.into_iter().map(|(why, names)| {
        let limits = |name: &&str| ["memory", "pids"].contains(name);
        Finding::Controllers {
            // Root's workbench is never made without limits; a user's has them
            // where a cgroup was delegated.
            vital: root && names.iter().any(limits),
            names,
            why,
        }
    }));
    findings
}

fn subordinate(facts: &Facts) -> Vec<Finding> {
    // Root may map any id.
    if facts.user.uid == 0 {
        return Vec::new();
    }
    let mut findings = Vec::new();
    if !facts.subordinate.ranges {
        let user = facts.user.name.clone();
        findings.push(Finding::SubordinateRanges {
            user: user.unwrap_or_else(|| facts.user.uid.to_string()),
        });
    }
    if !facts.subordinate.programs {
        findings.push(Finding::SubordinatePrograms);
    }
    findings
}

/// What was tried is known. Without a trial files decide, where they can.
fn features(facts: &Facts, trials: &Trials) -> Vec<Finding> {
    let finding = |seen: super::kernel::Seen| {
        let feature = seen.feature;
        if let (Some(device), false) = (feature.device(), seen.device) {
            return Some(Finding::Device { feature, device });
        }
        if trials.came_to(Trial::Feature(feature)) {
            return trials.failed(Trial::Feature(feature));
        }
        (seen.kernel == Available::No).then_some(Finding::Feature { feature })
    };
    facts.features.all().filter_map(finding).collect()
}
