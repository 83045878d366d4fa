//! A finding in words: what was found, and why it matters.

use nix::errno::Errno;

use super::cgroups::Why;
use super::finding::Finding;
use super::trial::Trial;
use crate::message::say;

impl Finding {
    /// A name for machines. It stays the same when the words change.
    pub fn id(&self) -> &'static str {
        match self {
            Finding::Kernel { .. } => "kernel",
            Finding::NotRoot => "not-root",
            Finding::Setting { .. } => "setting",
            Finding::Refused { .. } => "refused",
            Finding::Hung { .. } => "hung",
            Finding::Capabilities { .. } => "capabilities",
            Finding::Controllers { .. } => "controllers",
            Finding::ReadOnlyCgroups { .. } => "read-only-cgroups",
            Finding::SubordinateRanges { .. } => "subordinate-ranges",
            Finding::SubordinatePrograms => "subordinate-programs",
            Finding::Feature { .. } => "feature",
            Finding::Device { .. } => "device",
            Finding::Rust { .. } => "rust",
            Finding::Linker => "linker",
            Finding::Disk { .. } => "disk",
            Finding::Clock { .. } => "clock",
            Finding::CargoAsRoot { .. } => "cargo-as-root",
        }
    }

    /// One line: what was found.
    pub fn what(&self) -> String {
        match self {
            Finding::Kernel { release } => say!("machine-kernel", release = release.as_str()),
            Finding::NotRoot => say!("machine-not-root"),
            Finding::Setting { name, value } => {
                say!("machine-setting", name = *name, value = value.to_string())
            }
            Finding::Refused { trial, errno } => {
                let reason = Errno::from_raw(*errno).desc().to_lowercase();
                match trial.device() {
                    Some(device) => {
                        say!("machine-refused-device", device = device, reason = reason)
                    }
                    None => say!("machine-refused", trial = noun(*trial), reason = reason),
                }
            }
            Finding::Hung { trial } => say!("machine-hung", trial = noun(*trial)),
            Finding::Capabilities { missing } => {
                say!("machine-capabilities", names = missing.join(", "))
            }
            Finding::Controllers { names, why, .. } => controllers(&names.join(", "), why),
            Finding::ReadOnlyCgroups { mount } => {
                say!(
                    "machine-cgroups-read-only",
                    mount = mount.display().to_string()
                )
            }
            Finding::SubordinateRanges { user } => {
                say!("machine-subordinate-ranges", user = user.as_str())
            }
            Finding::SubordinatePrograms => say!("machine-subordinate-programs"),
            Finding::Feature { feature } => say!("machine-feature", name = feature.name()),
            Finding::Device { device, .. } => say!("machine-device", device = *device),
            Finding::Rust { found: None, .. } => say!("machine-rust-missing"),
            Finding::Rust {
                found: Some(found),
                wanted,
            } => say!(
                "machine-rust-old",
                found = found.as_str(),
                wanted = wanted.as_str()
            ),
            Finding::Linker => say!("machine-linker"),
            Finding::Disk {
                path, free, needed, ..
            } => say!(
                "machine-disk",
                path = path.display().to_string(),
                free = *free,
                needed = *needed
            ),
            Finding::Clock { hours, before } => {
                say!("machine-clock", hours = *hours, before = before.as_str())
            }
            Finding::CargoAsRoot { user } => {
                say!("machine-cargo-as-root", user = user.as_str())
            }
        }
    }

    /// Why it matters.
    pub fn why(&self) -> String {
        match self {
            Finding::Kernel { .. } => say!("machine-kernel-why"),
            Finding::NotRoot => say!("machine-not-root-why"),
            Finding::Refused {
                trial: Trial::Feature(_),
                ..
            }
            | Finding::Hung {
                trial: Trial::Feature(_),
            } => say!("machine-feature-why"),
            Finding::Setting { .. } | Finding::Refused { .. } | Finding::Hung { .. } => {
                say!("machine-namespaces-why")
            }
            Finding::Capabilities { .. } => say!("machine-capabilities-why"),
            Finding::Controllers { vital: true, .. } | Finding::ReadOnlyCgroups { .. } => {
                say!("machine-cgroups-vital-why")
            }
            Finding::Controllers { .. } => say!("machine-cgroups-why"),
            Finding::SubordinateRanges { .. } | Finding::SubordinatePrograms => {
                say!("machine-subordinate-why")
            }
            Finding::Feature { .. } | Finding::Device { .. } => say!("machine-feature-why"),
            Finding::Rust { .. } => say!("machine-rust-why"),
            Finding::Linker => say!("machine-linker-why"),
            Finding::Disk { .. } => say!("machine-disk-why"),
            Finding::Clock { .. } => say!("machine-clock-why"),
            Finding::CargoAsRoot { .. } => say!("machine-cargo-as-root-why"),
        }
    }
}

fn controllers(names: &str, why: &Why) -> String {
    let shown = |path: &std::path::Path| path.display().to_string();
    match why {
        Why::NotMounted => say!("machine-cgroups-not-mounted", names = names),
        Why::NotInKernel => say!("machine-cgroups-not-in-kernel", names = names),
        Why::Disabled => say!("machine-cgroups-disabled", names = names),
        Why::NotHandedOn(path) => {
            say!(
                "machine-cgroups-not-handed-on",
                names = names,
                path = shown(path)
            )
        }
        Why::NotDelegated(path) => {
            say!(
                "machine-cgroups-not-delegated",
                names = names,
                path = shown(path)
            )
        }
        Why::BoundToV1 => say!("machine-cgroups-bound-to-v1", names = names),
        Why::ReadOnly(mount) => {
            say!(
                "machine-cgroups-on-read-only",
                names = names,
                mount = shown(mount)
            )
        }
        Why::Occupied(path) => {
            say!(
                "machine-cgroups-occupied",
                names = names,
                path = shown(path)
            )
        }
    }
}

/// What was tried, as the subject of a sentence.
fn noun(trial: Trial) -> String {
    match trial {
        Trial::Namespaces => say!("machine-trial-namespaces"),
        Trial::Mounts => say!("machine-trial-mounts"),
        Trial::Feature(feature) => say!("machine-trial-feature", name = feature.name()),
    }
}
