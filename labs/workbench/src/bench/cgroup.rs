//! The workbench's own subtree in every cgroup hierarchy, v1, v2 or both.
//!
//! ```text
//! <parent>/workbench.…      limits and device rules, out of the bench's reach
//!                   /bench  the root of its cgroup namespace
//!                   /bench/init   PID 1 and the command
//! ```

use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode as FileMode;

use super::hierarchy::{Hierarchy, hierarchies};
use super::limits::{PIDS, memory_limit};
use super::machine::{Machine, Mode, Steps};
use super::sweep::{remove_tree, thaw_tree};
use super::{device_rules, sysctl_rules};

/// Controllers that labs use; those the machine has are handed on.
const WANTED: [&str; 6] = ["cpu", "cpuset", "io", "memory", "pids", "hugetlb"];

/// One subtree per hierarchy. Dropping it removes them.
pub struct Cgroups {
    groups: Vec<Group>,
}

/// The subtree in one hierarchy.
struct Group {
    hierarchy: Hierarchy,
    /// The outer directory, which carries the limits.
    outer: PathBuf,
}

/// What a subtree, or all of them together, keeps within bounds.
#[derive(Default)]
struct Limited {
    pids: bool,
    memory: bool,
    devices: bool,
}

impl Cgroups {
    /// Makes the subtrees under the name `name`.
    ///
    /// As root every hierarchy with a controller gets one, and processes,
    /// memory and devices must be limited by one of them. As a user there is
    /// one in cgroup v2 where it was delegated, else none.
    pub fn make(steps: &Steps, mode: Mode, name: &str) -> Result<Cgroups, Machine> {
        let found = steps.step("read the cgroup hierarchies", hierarchies)?;
        let mut cgroups = Cgroups { groups: Vec::new() };
        let mut all = Limited::default();
        for hierarchy in found {
            let parent = match mode {
                Mode::Root if hierarchy.v2 => Some(hierarchy.mount.clone()),
                Mode::Root => Some(hierarchy.own.clone()),
                Mode::User => hierarchy.delegated(),
            };
            let Some(parent) = parent else { continue };
            if hierarchy.v2 && mode == Mode::Root {
                enable(&parent);
            }
            let outer = parent.join(name);
            let step = format!("cgroup {}", outer.display());
            let group = Group { hierarchy, outer };
            let made = steps.step(step, || group.make());
            // Half-made ones are removed too.
            cgroups.groups.push(group);
            let limited = made?;
            all.pids |= limited.pids;
            all.memory |= limited.memory;
            all.devices |= limited.devices;
        }
        if mode == Mode::Root {
            cgroups.restrict_v2(steps, &mut all)?;
            all.or_refuse()?;
        }
        Ok(cgroups)
    }

    /// What v2 decides by program: devices, unless v1 does, and settings.
    fn restrict_v2(&self, steps: &Steps, all: &mut Limited) -> Result<(), Machine> {
        let Some(group) = self.v2() else {
            return Ok(());
        };
        let directory = steps.step("open the cgroup", || directory(&group.outer))?;
        if !all.devices {
            let step = format!("device program of {}", group.outer.display());
            steps.step(step, || device_rules::v2(&directory))?;
            all.devices = true;
        }
        // A second lock on /proc/sys, for whoever mounts a new /proc. A kernel
        // without it leaves the first: the read-only mount.
        let _ = sysctl_rules::attach(&directory);
        Ok(())
    }

    fn v2(&self) -> Option<&Group> {
        self.groups.iter().find(|group| group.hierarchy.v2)
    }

    /// Whether the workbench has a subtree of cgroup v2. As a user it has only
    /// where one was delegated.
    pub fn has_v2(&self) -> bool {
        self.v2().is_some()
    }

    /// The directory of cgroup v2 that PID 1 is to be cloned into.
    pub fn to_clone_into(&self) -> io::Result<Option<OwnedFd>> {
        self.v2().map(|group| directory(&group.bench())).transpose()
    }

    /// PID 1 joins the subtrees. Where it stands then becomes the root of its
    /// cgroup namespace; see [`Cgroups::settle`].
    ///
    /// Writing 0 to `tasks` moves the calling thread. Unlike a write to
    /// `cgroup.procs` it needs no lock against every fork of the machine,
    /// which costs milliseconds.
    pub fn enter(&self) -> io::Result<()> {
        let v1 = self.groups.iter().filter(|group| !group.hierarchy.v2);
        for group in v1 {
            fs::write(group.bench().join("tasks"), "0")?;
        }
        Ok(())
    }

    /// PID 1, in its cgroup namespace, goes down to the leaf; now that the
    /// namespace's root is empty, its controllers can be handed on.
    pub fn settle(&self) -> io::Result<()> {
        for group in &self.groups {
            if group.hierarchy.v2 {
                fs::write(group.leaf().join("cgroup.procs"), "0")?;
                enable(&group.bench());
            } else {
                fs::write(group.leaf().join("tasks"), "0")?;
            }
        }
        Ok(())
    }

    /// Lets what was frozen on the workbench go on, so that it can die.
    pub fn thaw(&self) {
        self.groups.iter().for_each(|group| thaw_tree(&group.outer));
    }

    /// Gives the workbench as much of the CPU as a cgroup can have, to end
    /// sooner. Where it fails the end takes longer.
    pub fn hurry(&self) {
        for group in &self.groups {
            let most = [
                ("cpu.shares", "262144"),
                ("cpu.weight", "10000"),
                ("cgroup.kill", "1"),
            ];
            for (file, value) in most {
                let file = group.outer.join(file);
                if file.exists() {
                    let _ = fs::write(file, value);
                }
            }
        }
    }

    /// Removes the subtrees and everything the bench made in them. Waits up
    /// to two seconds for the last process to be gone.
    pub fn remove(&mut self) -> io::Result<()> {
        let mut result = Ok(());
        for group in self.groups.drain(..) {
            result = result.and(remove_tree(&group.outer));
        }
        result
    }
}

impl Drop for Cgroups {
    fn drop(&mut self) {
        let _ = self.remove();
    }
}

impl Group {
    fn bench(&self) -> PathBuf {
        self.outer.join("bench")
    }

    fn leaf(&self) -> PathBuf {
        self.outer.join("bench/init")
    }

    /// Makes the three directories, and sets the limits before anyone is in.
    fn make(&self) -> io::Result<Limited> {
        fs::create_dir(&self.outer)?;
        let has = |controller| self.hierarchy.has(controller);
        if has("cpuset") {
            // On v1 a new group may use no CPU at all until told.
            let parent = self.outer.parent().unwrap_or(&self.outer);
            for file in ["cpuset.cpus", "cpuset.mems"] {
                fs::write(self.outer.join(file), fs::read(parent.join(file))?)?;
            }
            fs::write(self.outer.join("cgroup.clone_children"), "1")?;
        }
        let devices = has("devices");
        if devices {
            // The kernel takes these rules only while there are no children.
            device_rules::v1(&self.outer)?;
        }
        let (pids, memory) = match self.hierarchy.v2 {
            true => {
                self.set("memory.swap.max", 0)?;
                (
                    self.set("pids.max", PIDS)?,
                    self.set("memory.max", memory_limit())?,
                )
            }
            false => (
                has("pids") && self.set("pids.max", PIDS)?,
                has("memory") && self.set("memory.limit_in_bytes", memory_limit())?,
            ),
        };
        if self.hierarchy.v2 {
            enable(&self.outer);
        }
        fs::create_dir(self.bench())?;
        fs::create_dir(self.leaf())?;
        Ok(Limited {
            pids,
            memory,
            devices,
        })
    }

    /// Sets a limit, if this kernel and hierarchy have the file.
    fn set(&self, file: &str, value: u64) -> io::Result<bool> {
        let file = self.outer.join(file);
        match file.exists() {
            true => fs::write(file, value.to_string()).map(|()| true),
            false => Ok(false),
        }
    }
}

impl Limited {
    /// As root nothing else holds a fork bomb back.
    fn or_refuse(&self) -> Result<(), Machine> {
        if !self.devices {
            let reason = "no cgroup hierarchy can hold them";
            return Err(Machine::new("device rules", reason));
        }
        if (self.pids && self.memory) || unlimited_on_purpose() {
            return Ok(());
        }
        let reason = "no hierarchy here limits processes and memory";
        let mut machine = Machine::new("limits of the cgroup", reason);
        machine.missing = Some(
            "the cgroup controllers pids and memory, which the cgroup at the root of the \
             mount cannot hand on (in a container on cgroup v2: mkdir /sys/fs/cgroup/init, \
             then write each number in /sys/fs/cgroup/cgroup.procs to \
             /sys/fs/cgroup/init/cgroup.procs)"
                .into(),
        );
        Err(machine)
    }
}

/// Hands the controllers on to the children of `directory`; those it does not
/// have, or may not hand on, are left out. Whether a limit could be set shows
/// by its file in the child.
fn enable(directory: &Path) {
    let list = |file: &str| fs::read_to_string(directory.join(file)).unwrap_or_default();
    let (there, on) = (list("cgroup.controllers"), list("cgroup.subtree_control"));
    let has = |list: &str, name: &str| list.split_whitespace().any(|word| word == name);
    for name in WANTED {
        if has(&there, name) && !has(&on, name) {
            let _ = fs::write(directory.join("cgroup.subtree_control"), format!("+{name}"));
        }
    }
}

fn directory(path: &Path) -> io::Result<OwnedFd> {
    let flags = OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
    Ok(open(path, flags, FileMode::empty())?)
}

/// Whether a test asked for a workbench without limits: the private cgroup2
/// mount it stands on has no such controllers. Not compiled into a release.
fn unlimited_on_purpose() -> bool {
    cfg!(debug_assertions) && std::env::var_os("WORKBENCH_UNLIMITED").is_some()
}
