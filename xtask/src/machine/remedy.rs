//! What to do about a finding, with the commands of the distribution at hand.

use nix::libc::{ENOSPC, EUSERS};

use super::cgroups::Why;
use super::facts::{Facts, Family};
use super::finding::Finding;
use super::kernel::Feature;
use crate::message::say;

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remedy {
    /// Only on this distribution; none: everywhere.
    pub family: Option<Family>,
    pub text: String,
}

impl Remedy {
    /// The text, behind the distribution's name where there are several.
    pub fn shown(&self) -> String {
        let text = self.text.as_str();
        match self.family {
            None => self.text.clone(),
            Some(Family::Debian) => say!("machine-on-debian", text = text),
            Some(Family::Fedora) => say!("machine-on-fedora", text = text),
            Some(Family::Arch) => say!("machine-on-arch", text = text),
        }
    }
}

/// What to do about a finding, best first. Commands that differ between
/// distributions are this one's, or all of them when it is unknown.
pub fn remedies(finding: &Finding, facts: &Facts) -> Vec<Remedy> {
    let mut remedies = Vec::new();
    let container = facts.container.is_some();
    match finding {
        Finding::Kernel { .. } => each(&mut remedies, facts, |family| {
            say!("machine-kernel-do", family = family)
        }),
        Finding::NotRoot => each(&mut remedies, facts, |family| {
            say!("machine-not-root-do", family = family)
        }),
        Finding::Setting { name, value } => {
            let wanted = match value {
                0 if *name == "user.max_user_namespaces" => 10_000,
                0 => 1,
                _ => 0,
            };
            let wanted = wanted.to_string();
            add(
                &mut remedies,
                say!("machine-setting-do", name = *name, wanted = wanted),
            );
        }
        Finding::Refused { trial, .. } if trial.device().is_some() => {
            let device = trial.device().unwrap_or_default();
            add(
                &mut remedies,
                match container {
                    true => say!("machine-device-container-do", device = device),
                    false => say!("machine-refused-device-do", device = device),
                },
            );
        }
        // What the kernel says when a limit of namespaces is reached; see
        // unshare(2).
        Finding::Refused { errno, .. } if [ENOSPC, EUSERS].contains(errno) => {
            add(&mut remedies, say!("machine-refused-limit-do"));
        }
        Finding::Refused { .. } | Finding::Hung { .. } if container => {
            add(&mut remedies, say!("machine-refused-container-do"));
        }
        Finding::Refused { .. } | Finding::Hung { .. } => {
            add(&mut remedies, say!("machine-refused-do"));
        }
        Finding::Capabilities { missing } => {
            let options: Vec<String> = missing
                .iter()
                .map(|name| format!("--cap-add={}", name.trim_start_matches("CAP_")))
                .collect();
            add(
                &mut remedies,
                say!("machine-capabilities-do", options = options.join(" ")),
            );
        }
        Finding::Controllers { names, why, .. } => {
            controllers(&mut remedies, names, why, container);
        }
        Finding::ReadOnlyCgroups { mount } => {
            let mount = mount.display().to_string();
            add(&mut remedies, read_only(&mount, container));
        }
        Finding::SubordinateRanges { user } => {
            let user = user.as_str();
            add(
                &mut remedies,
                say!("machine-subordinate-ranges-do", user = user),
            );
        }
        Finding::SubordinatePrograms => each(&mut remedies, facts, |family| {
            say!("machine-subordinate-programs-do", family = family)
        }),
        Finding::Feature { feature } => feature_missing(&mut remedies, *feature, facts),
        Finding::Device { device, .. } if container => {
            add(
                &mut remedies,
                say!("machine-device-container-do", device = *device),
            );
        }
        Finding::Device { feature, .. } => {
            let module = feature.module();
            add(&mut remedies, say!("machine-device-do", module = module));
            feature_missing(&mut remedies, *feature, facts);
        }
        Finding::Rust { .. } => add(&mut remedies, say!("machine-rust-do")),
        Finding::Linker => each(&mut remedies, facts, |family| {
            say!("machine-linker-do", family = family)
        }),
        Finding::Disk { .. } => add(&mut remedies, say!("machine-disk-do")),
        Finding::Clock { .. } => add(&mut remedies, say!("machine-clock-do")),
        Finding::CargoAsRoot { .. } => add(&mut remedies, say!("machine-cargo-as-root-do")),
    }
    if virtual_machines_help(finding) {
        add(&mut remedies, say!("machine-virtual-machines-do"));
    }
    remedies
}

/// The machine itself is in the way, not what is installed on it.
fn virtual_machines_help(finding: &Finding) -> bool {
    matches!(
        finding,
        Finding::Kernel { .. }
            | Finding::Setting { .. }
            | Finding::Refused { .. }
            | Finding::Hung { .. }
            | Finding::Capabilities { .. }
            | Finding::Controllers { .. }
            | Finding::ReadOnlyCgroups { .. }
            | Finding::Feature { .. }
            | Finding::Device { .. }
    )
}

fn add(remedies: &mut Vec<Remedy>, text: String) {
    remedies.push(Remedy { family: None, text });
}

/// Adds the command of this distribution, or of each with its name.
fn each(remedies: &mut Vec<Remedy>, facts: &Facts, text: impl Fn(&'static str) -> String) {
    match facts.os.family {
        Some(family) => add(remedies, text(family.id())),
        None => remedies.extend(Family::ALL.into_iter().map(|family| Remedy {
            family: Some(family),
            text: text(family.id()),
        })),
    }
}

/// The kernel has looked for the module itself when it was asked. A container
/// doesn't decide what the kernel loads.
fn feature_missing(remedies: &mut Vec<Remedy>, feature: Feature, facts: &Facts) {
    let module = feature.module();
    if facts.container.is_some() {
        add(
            remedies,
            say!("machine-feature-container-do", module = module),
        );
        return;
    }
    let release = facts.release.as_str();
    each(remedies, facts, |family| {
        say!("machine-feature-do", family = family, release = release)
    });
}

fn read_only(mount: &str, container: bool) -> String {
    if container {
        say!("machine-cgroups-read-only-container-do")
    } else {
        say!("machine-cgroups-read-only-do", mount = mount)
    }
}

fn controllers(remedies: &mut Vec<Remedy>, names: &[&str], why: &Why, container: bool) {
    let plus: Vec<String> = names.iter().map(|name| format!("+{name}")).collect();
    let text = match why {
        Why::NotMounted => say!("machine-cgroups-not-mounted-do"),
        Why::NotInKernel => say!("machine-cgroups-not-in-kernel-do"),
        Why::Disabled => {
            let options: Vec<String> = names
                .iter()
                .map(|name| format!("cgroup_disable={name}"))
                .collect();
            say!("machine-cgroups-disabled-do", options = options.join(" "))
        }
        // systemd's manager of a user hands on what its unit delegates.
        Why::NotHandedOn(path) if path.to_string_lossy().contains("/user@") => {
            say!("machine-cgroups-systemd-do")
        }
        Why::NotHandedOn(_) if container => say!("machine-cgroups-read-only-container-do"),
        Why::NotHandedOn(path) => {
            let file = path.join("cgroup.subtree_control").display().to_string();
            say!(
                "machine-cgroups-hand-on-do",
                plus = plus.join(" "),
                file = file
            )
        }
        Why::NotDelegated(_) => say!("machine-cgroups-delegate-do"),
        Why::BoundToV1 => say!("machine-cgroups-bound-to-v1-do"),
        Why::ReadOnly(mount) => read_only(&mount.display().to_string(), container),
        Why::Occupied(_) => say!("machine-cgroups-occupied-do"),
    };
    add(remedies, text);
}
