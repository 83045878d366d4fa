//! The cgroup hierarchies this process sees, and which controllers a workbench
//! can be given in them; see cgroups(7).

use std::path::{Path, PathBuf};

use super::system::System;

/// The controllers labs set limits with.
pub const OF_LABS: [&str; 4] = ["cpu", "cpuset", "memory", "pids"];

/// Every mounted hierarchy that limits something.
#[derive(Debug, Clone)]
pub struct Cgroups {
    hierarchies: Vec<Hierarchy>,
    /// Controllers that a boot parameter has switched off.
    disabled: Vec<String>,
    /// The command's rights; with root's every directory can be written to
    /// that is not on a read-only mount.
    root: bool,
}

#[derive(Debug, Clone)]
struct Hierarchy {
    v2: bool,
    mount: PathBuf,
    /// v1: what is bound to it. v2: what is left for it.
    controllers: Vec<String>,
    read_only: bool,
    /// This process's own directory.
    own: PathBuf,
    /// v2: the directory an ordinary user may use, and what it hands on.
    delegated: Option<(PathBuf, Vec<String>)>,
    /// v2: its root is no real root, as in a container, and holds processes,
    /// so it can't hand controllers on: the no-internal-process rule.
    occupied: bool,
}

/// How they are mounted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    None,
    V1,
    V2,
    /// v1 with controllers, and v2 beside it.
    Hybrid,
}

/// Why a controller can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// No hierarchy is mounted that has it.
    NotMounted,
    /// The kernel was built without it.
    NotInKernel,
    /// `cgroup_disable=` of the kernel's command line.
    Disabled,
    /// This directory has it and doesn't hand it on.
    NotHandedOn(PathBuf),
    /// Nobody has delegated a directory to the user; this is their own.
    NotDelegated(PathBuf),
    /// It is bound to v1, which delegates nothing to users.
    BoundToV1,
    /// The mount is read-only.
    ReadOnly(PathBuf),
    /// The root of this mount holds processes.
    Occupied(PathBuf),
}

impl Cgroups {
    pub fn read(system: &System) -> Cgroups {
        let mounts = mounts(&system.lines("/proc/self/mountinfo"));
        let membership = system.lines("/proc/self/cgroup");
        let hierarchies = membership
            .lines()
            .filter_map(|line| hierarchy(system, &mounts, line))
            .collect();
        // name, hierarchy, number of cgroups, enabled
        let table = system.lines("/proc/cgroups");
        let disabled = table
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>())
            .filter(|fields| fields.get(3) == Some(&"0"))
            .map(|fields| fields[0].to_owned())
            .collect();
        Cgroups {
            hierarchies,
            disabled,
            root: false,
        }
    }

    /// Looks at the same hierarchies with root's rights.
    pub fn become_root(&mut self) {
        self.root = true;
    }

    pub fn layout(&self) -> Layout {
        let has = |v2| self.hierarchies.iter().any(|one| one.v2 == v2);
        match (has(false), has(true)) {
            (false, false) => Layout::None,
            (true, false) => Layout::V1,
            (false, true) => Layout::V2,
            (true, true) => Layout::Hybrid,
        }
    }

    /// Mounts on which root's workbench could make no group: it makes one in
    /// every hierarchy.
    pub fn read_only(&self) -> Vec<&Path> {
        let read_only = self.hierarchies.iter().filter(|one| one.read_only);
        read_only.map(|one| one.mount.as_path()).collect()
    }

    /// Why a workbench can't use a controller; none when it can.
    pub fn lacks(&self, controller: &str) -> Option<Why> {
        let has = |one: &&Hierarchy| one.controllers.iter().any(|name| name == controller);
        match self.hierarchies.iter().find(has) {
            Some(one) if one.read_only => Some(Why::ReadOnly(one.mount.clone())),
            Some(one) if self.root && one.occupied => Some(Why::Occupied(one.mount.clone())),
            Some(_) if self.root => None,
            Some(one) if !one.v2 => Some(Why::BoundToV1),
            Some(one) => match &one.delegated {
                Some((_, handed)) if handed.iter().any(|name| name == controller) => None,
                Some((directory, _)) => Some(Why::NotHandedOn(directory.clone())),
                None => Some(Why::NotDelegated(one.own.clone())),
            },
            None => Some(self.why_nowhere(controller)),
        }
    }

    fn why_nowhere(&self, controller: &str) -> Why {
        if self.disabled.iter().any(|name| name == controller) {
            return Why::Disabled;
        }
        match self.hierarchies.iter().find(|one| one.v2) {
            None => Why::NotMounted,
            // Below a namespace's root an outer one decides.
            Some(one) if one.own != one.mount || one.occupied => {
                Why::NotHandedOn(one.mount.clone())
            }
            Some(_) => Why::NotInKernel,
        }
    }
}

/// A line of mountinfo; see proc_pid_mountinfo(5).
struct Mount {
    root: PathBuf,
    point: PathBuf,
    kind: String,
    read_only: bool,
    /// Of the file system: the controllers of v1.
    options: String,
}

fn mounts(mountinfo: &str) -> Vec<Mount> {
    let mount = |line: &str| {
        let (mount, file_system) = line.split_once(" - ")?;
        let mount: Vec<&str> = mount.split(' ').collect();
        let file_system: Vec<&str> = file_system.split(' ').collect();
        let options = (*file_system.get(2)?).to_owned();
        let read_only = |options: &str| options.split(',').any(|option| option == "ro");
        Some(Mount {
            root: mount.get(3)?.into(),
            point: mount.get(4)?.into(),
            kind: (*file_system.first()?).to_owned(),
            read_only: read_only(mount.get(5)?) || read_only(&options),
            options,
        })
    };
    mountinfo.lines().filter_map(mount).collect()
}

/// The hierarchy of a line of `/proc/self/cgroup`, `id:controllers:path`. None
/// when it is not mounted or limits nothing, as systemd's own of v1.
fn hierarchy(system: &System, mounts: &[Mount], line: &str) -> Option<Hierarchy> {
    let mut fields = line.splitn(3, ':');
    let (id, names, path) = (fields.next()?, fields.next()?, fields.next()?);
    let v2 = id == "0" && names.is_empty();
    if names.starts_with("name=") {
        return None;
    }
    let bound: Vec<&str> = names.split(',').collect();
    let mount = mounts.iter().rfind(|mount| match v2 {
        true => mount.kind == "cgroup2",
        false => mount.kind == "cgroup" && mount.options.split(',').any(|o| o == bound[0]),
    })?;
    let own = below(mount, path);
    let words = |path: PathBuf| -> Vec<String> {
        let text = system.lines(path);
        text.split_whitespace().map(str::to_owned).collect()
    };
    let controllers = match v2 {
        true => words(mount.point.join("cgroup.controllers")),
        false => bound.iter().map(|&name| name.to_owned()).collect(),
    };
    // Only a directory that is no root has the file; see cgroups(7).
    let occupied = || {
        let holds = !system.lines(mount.point.join("cgroup.procs")).is_empty();
        let hands_on = words(mount.point.join("cgroup.subtree_control"));
        let handed = |name: &str| hands_on.iter().any(|handed| handed == name);
        holds && !(handed("memory") && handed("pids"))
    };
    let below_root = || system.exists(mount.point.join("cgroup.type"));
    Some(Hierarchy {
        v2,
        mount: mount.point.clone(),
        controllers,
        read_only: mount.read_only,
        delegated: v2.then(|| delegated(system, &own, &mount.point)).flatten(),
        own,
        occupied: v2 && below_root() && occupied(),
    })
}

/// Where `path`, as `/proc/self/cgroup` gives it, is found under `mount`. One
/// above the namespace's root begins with `/..` and is not to be found.
fn below(mount: &Mount, path: &str) -> PathBuf {
    let outside = path.split('/').any(|part| part == "..");
    match Path::new(path).strip_prefix(&mount.root) {
        Ok(rest) if !outside => mount.point.join(rest),
        _ => mount.point.clone(),
    }
}

/// The nearest directory from `own` upwards that the user may make groups in
/// and that hands on memory and pids, with all that it hands on. It is the one
/// the workbench takes.
fn delegated(system: &System, own: &Path, mount: &Path) -> Option<(PathBuf, Vec<String>)> {
    let within = own.ancestors().take_while(|path| path.starts_with(mount));
    within
        .filter(|path| system.may_write(path) && system.may_write(&path.join("cgroup.procs")))
        .find_map(|path| {
            let text = system.lines(path.join("cgroup.subtree_control"));
            let handed: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
            let hands = |name: &str| handed.iter().any(|handed| handed == name);
            (hands("memory") && hands("pids")).then(|| (path.to_owned(), handed))
        })
}
