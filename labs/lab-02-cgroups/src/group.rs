//! The group of one container: a directory in each hierarchy that counts, from
//! its making to its removal.
//!
//! ```text
//!   create      directories, then limits, while nobody is in
//!   birthplace  version 2: the process is born in the group
//!   join        version 1: the process is moved there while it holds
//!   remove      whatever is left in it ends, then the directories go
//! ```
//!
//! The paths are decided when the container's spec is made, and are part of it:
//! whoever finds the spec on disk can remove the group, from any place.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use namespaces::Failure;
use namespaces::failure::During;
use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode;
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};

use crate::limits::Limits;
use crate::machine::{Machine, Version};
use crate::settings::{self, Setting};
use crate::{file, freeze, place, remove};

/// The controllers of version 1 in whose hierarchies every container gets a
/// group: for its limits, for what it has used, and to be frozen. `cpuset` is
/// joined only on request, for its groups begin without a CPU.
const ALWAYS: [&str; 5] = ["cpu", "cpuacct", "memory", "pids", "freezer"];

/// The controllers of version 2 that are enabled for what they count, where
/// that is possible.
const COUNTING: [&str; 3] = ["cpu", "memory", "pids"];

/// The directories of one container's group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Version 1: by controller. Controllers that share a hierarchy share the
    /// directory.
    pub v1: BTreeMap<String, PathBuf>,
    /// Version 2.
    pub v2: Option<PathBuf>,
    /// The parent in version 2 holds processes, which are moved to a leaf.
    pub occupied: bool,
}

impl Group {
    /// Where the group named `name` will be on this machine.
    pub fn planned(
        machine: &Machine,
        name: &str,
        parent: Option<&Path>,
        cpuset: bool,
    ) -> Result<Group> {
        let named = parent.map(|path| place::named(machine, path)).transpose()?;
        let machine = named.as_ref().unwrap_or(machine);
        let mut group = Group::default();
        for hierarchy in &machine.v1 {
            let Some(directory) = place::v1(hierarchy) else {
                continue;
            };
            for controller in &hierarchy.controllers {
                if ALWAYS.contains(&controller.as_str()) || (controller == "cpuset" && cpuset) {
                    group.v1.insert(controller.clone(), directory.join(name));
                }
            }
        }
        let Some(hierarchy) = &machine.v2 else {
            return group.or_refuse();
        };
        if named.is_some() {
            group.v2 = Some(hierarchy.own.join(name));
            return Ok(group);
        }
        match place::v2(hierarchy, place::under_systemd()) {
            Ok(parent) => {
                group.v2 = Some(parent.directory.join(name));
                group.occupied = parent.occupied;
            }
            // Beside version 1 it only makes things easier.
            Err(error) if group.v1.is_empty() => return Err(error),
            Err(_) => {}
        }
        Ok(group)
    }

    fn or_refuse(self) -> Result<Group> {
        if self.v1.is_empty() {
            bail!("there is no cgroup hierarchy here that we may write to");
        }
        Ok(self)
    }

    /// Where a controller works: in its hierarchy of version 1 if it has one,
    /// else in version 2.
    pub fn directory(&self, controller: &str) -> Option<(Version, &Path)> {
        let v1 = self
            .v1
            .get(controller)
            .map(|path| (Version::V1, path.as_path()));
        v1.or_else(|| self.v2.as_deref().map(|path| (Version::V2, path)))
    }

    /// All directories, each once.
    pub fn directories(&self) -> BTreeSet<&Path> {
        let all = self.v1.values().chain(&self.v2);
        all.map(PathBuf::as_path).collect()
    }

    /// The files to be written for these limits, each with its directory.
    pub fn settings(&self, limits: &Limits) -> Result<Vec<(&Path, Setting)>> {
        let mut list = Vec::new();
        for version in [Version::V1, Version::V2] {
            for setting in settings::all(limits, version) {
                let controller = setting.controller();
                let (there, directory) = self.directory(controller).with_context(|| {
                    format!("no hierarchy of ours has the controller {controller}")
                })?;
                if there == version {
                    list.push((directory, setting));
                } else if limits.conf.contains_key(&setting.file) {
                    bail!(
                        "{}: the controller {controller} is version 1 here",
                        setting.file
                    );
                }
            }
        }
        Ok(list)
    }

    /// Makes the directories and writes the limits, while nobody is in.
    pub fn create(&self, limits: &Limits) -> Result<()> {
        let settings = self.settings(limits)?;
        if let Some(parent) = self.v2.as_deref().and_then(Path::parent) {
            if self.occupied {
                place::settle(parent)?;
            }
            let of_v2 = |one: &&(&Path, Setting)| self.v2.as_deref() == Some(one.0);
            let needed = settings.iter().filter(of_v2);
            let needed: Vec<String> = needed.map(|one| one.1.controller().to_string()).collect();
            enable(parent, &needed)?;
            // Without them there is less to be read, and nothing else.
            let _ = enable(parent, &COUNTING.map(String::from));
        }
        for directory in self.directories() {
            fs::create_dir(directory).during("create cgroup", directory.display())?;
        }
        if let Some(directory) = self.v1.get("cpuset") {
            inherit_cpuset(directory)?;
        }
        for (directory, setting) in settings {
            set(directory, &setting)?;
        }
        Ok(())
    }

    /// Version 2: the directory the process is to be born in; `None` where
    /// there is no version 2. A process that is born in its group can't do
    /// anything outside of it (clone3(2), `CLONE_INTO_CGROUP`).
    pub fn birthplace(&self) -> Result<Option<OwnedFd>, Failure> {
        // ANCHOR: born
        todo!(
            "Open the directory of version 2, for the process to be born in. (chapter: task-5-born-in-its-group)"
        )
        // ANCHOR_END: born
    }

    /// Version 1: moves the container's process into each directory of `v1`. It
    /// exists and waits; `pid` is its number here, on the runtime's side.
    pub fn join(&self, pid: Pid) -> Result<(), Failure> {
        // ANCHOR: join
        todo!(
            "Move the container's process into each directory of version 1. (chapter: task-6-or-moved-while-it-holds)"
        )
        // ANCHOR_END: join
    }

    /// Ends whatever is left in the group and removes its directories. All are
    /// tried; the first failure is returned. What is gone already is fine.
    pub fn remove(&self) -> Result<(), Failure> {
        // What is frozen gets the signal first, or it would go on for a moment
        // when it is thawed. And on version 1 it only dies of it then.
        let freezer = self.directory("freezer").map(|(_, directory)| directory);
        let frozen = freezer.filter(|_| freeze::is_frozen(self).unwrap_or(false));
        let mut result = frozen.map_or(Ok(()), remove::kill_all);
        result = result.and(freeze::thaw(self));
        let deadline = Instant::now() + remove::LIMIT;
        for directory in self.directories() {
            result = result.and(remove::remove(directory, deadline));
        }
        result
    }
}

/// Enables controllers, such as `memory`, for the children of `parent` on
/// version 2.
///
/// A group has the files of a controller only when its parent's
/// `cgroup.subtree_control` names it, and a parent can only name what its own
/// parent has named: it goes from the top down. A line `+memory` adds one.
/// `cgroup.controllers` says what a directory may hand on; what is missing
/// there can't be enabled, and what is enabled already is left alone, since the
/// directories above may be somebody else's.
pub fn enable(parent: &Path, wanted: &[String]) -> Result<(), Failure> {
    // ANCHOR: enable
    todo!(
        "Enable the controllers from the top of the hierarchy down to the parent. (chapter: task-4-handed-down-from-above)"
    )
    // ANCHOR_END: enable
}

/// The groups from the top of the hierarchy, as far as it is seen here, down to
/// `parent`.
pub fn way_down(parent: &Path) -> Vec<&Path> {
    let is_group = |path: &&Path| path.join("cgroup.controllers").exists();
    let mut way: Vec<&Path> = parent.ancestors().take_while(is_group).collect();
    way.reverse();
    way
}

/// Version 1: a new cpuset has no CPU and no memory node, and nobody can join
/// it. It gets what its parent has.
fn inherit_cpuset(directory: &Path) -> Result<(), Failure> {
    let Some(parent) = directory.parent() else {
        return Ok(());
    };
    for name in ["cpuset.cpus", "cpuset.mems"] {
        file::write(directory, name, file::read(parent, name)?)?;
    }
    Ok(())
}

fn set(directory: &Path, setting: &Setting) -> Result<()> {
    if !directory.join(&setting.file).exists() {
        if setting.optional {
            return Ok(());
        }
        return Err(missing(directory, setting));
    }
    Ok(file::write(directory, &setting.file, &setting.value)?)
}

/// Why a group doesn't have a file.
fn missing(directory: &Path, setting: &Setting) -> anyhow::Error {
    let name = setting.controller();
    let parent = directory.parent().unwrap_or(directory);
    let withholding = way_down(parent).into_iter().find(|group| {
        let enabled = file::words(group, "cgroup.subtree_control");
        !enabled.is_ok_and(|words| words.iter().any(|word| word == name))
    });
    let why = match withholding {
        Some(group) => format!(
            "the controller {name} isn't handed on by {}",
            group.display()
        ),
        None => "this kernel has no such file".to_string(),
    };
    let file = directory.join(&setting.file);
    anyhow::anyhow!("write {:?} to {}: {why}", setting.value, file.display())
}

/// Is this failure one of a file that isn't there?
pub(crate) fn is_absent(failure: &Failure) -> bool {
    failure.errno == Some(libc::ENOENT) || failure.errno == Some(libc::ENODEV)
}

/// The groups directly below one.
pub(crate) fn children(directory: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.during("read", directory.display())?,
    };
    let inner = entries.flatten();
    let inner = inner.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    Ok(inner.map(|entry| entry.path()).collect())
}
