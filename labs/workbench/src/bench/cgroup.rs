//! The cgroups of a workbench: limits on the outside, a subtree of its own on
//! the inside.
//!
//! ```text
//!   …/workbench-PID-START        limits; nobody in it, nobody inside sees it
//!   …/workbench-PID-START/top    root of the workbench's cgroup namespace
//!   …/workbench-PID-START/top/init   PID 1 and what it starts
//! ```
//!
//! PID and START (field 22 of proc_pid_stat(5)) are the keeper's: a group whose
//! keeper is gone is swept by the next run.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::machine::{At, Machine};
use super::{device, filter, mounts};

const STEP: &str = "make cgroups";
const PREFIX: &str = "workbench-";
/// Processes on one workbench.
const PROCESSES: &str = "512";
/// Memory of one workbench in bytes, its tmpfs included.
const MEMORY: &str = "1073741824";

/// One hierarchy as it is mounted here (cgroups(7)).
#[derive(Clone, Debug)]
pub(super) struct Hierarchy {
    /// Its mount point.
    pub mount: PathBuf,
    /// v1: its controllers, or `name=…`. v2: empty.
    pub controllers: Vec<String>,
    pub v2: bool,
    /// Where a workbench's group is made: our own group on v1, where a group
    /// may hold processes and children; the mount's root on v2.
    base: PathBuf,
}

/// The groups of one workbench.
#[derive(Debug)]
pub(super) struct Cgroups {
    groups: Vec<(Hierarchy, PathBuf)>,
}

impl Cgroups {
    /// None at all: an ordinary user's workbench.
    pub fn none() -> Cgroups {
        Cgroups { groups: Vec::new() }
    }

    /// Makes the groups and sets the limits.
    pub fn make() -> Result<Cgroups, Machine> {
        let own = std::process::id() as i32;
        let name = format!("{PREFIX}{own}-{}", start_time(own).unwrap_or_default());
        let mut made = Cgroups::none();
        let mut limited = Vec::new();
        for hierarchy in hierarchies()? {
            let group = hierarchy.base.join(&name);
            let needed = ["pids", "memory", "devices"];
            match make_group(&hierarchy, &group) {
                Ok(controllers) => {
                    limited.extend(controllers);
                    made.groups.push((hierarchy, group));
                }
                Err(machine) if hierarchy.v2 || hierarchy.has_one_of(&needed) => {
                    let _ = fs::remove_dir(group.join("top"));
                    let _ = fs::remove_dir(&group);
                    let _ = made.remove();
                    return Err(machine);
                }
                // A hierarchy no limit depends on, perhaps read-only here.
                Err(_) => {}
            }
        }
        for controller in ["pids", "memory"] {
            if !limited.iter().any(|found| found == controller) {
                let _ = made.remove();
                let missing = format!(
                    "the cgroup controller {controller}, without which a fork bomb would reach \
                     the host; in a container, /sys/fs/cgroup must be writable and hold it"
                );
                return Err(Machine::new(STEP, "", None).lacking(|| Some(missing)));
            }
        }
        Ok(made)
    }

    /// Refuses every device but those of the workbench's `/dev`. On v1 that
    /// has been done: a group with children takes no rules.
    pub fn forbid_devices(&self) -> Result<(), Machine> {
        let v1 = self.groups.iter().find(|(h, _)| h.has_one_of(&["devices"]));
        let v2 = self.groups.iter().find(|(h, _)| h.v2);
        match (v1, v2) {
            (Some(_), _) => {}
            (None, Some((_, group))) => filter::forbid_devices(group)?,
            (None, None) => return Err(Machine::new("forbid devices", "no device cgroup", None)),
        }
        if let Some((_, group)) = v2 {
            // An additional lock; a kernel without it still has the read-only
            // mounts over /proc/sys.
            let _ = filter::forbid_sysctls(group);
        }
        Ok(())
    }

    /// Moves a process into the group that will be its namespace's root.
    pub fn enter(&self, pid: Pid) -> Result<(), Machine> {
        for (_, group) in &self.groups {
            let procs = group.join("top/cgroup.procs");
            fs::write(&procs, pid.to_string()).at("enter cgroups", procs.display())?;
        }
        Ok(())
    }

    /// Ends what is left in the groups and removes them.
    pub fn remove(&self) -> Result<(), Machine> {
        for (_, group) in &self.groups {
            remove_group(group)?;
        }
        Ok(())
    }
}

impl Hierarchy {
    fn has_one_of(&self, names: &[&str]) -> bool {
        self.controllers
            .iter()
            .any(|found| names.contains(&found.as_str()))
    }
}

/// Makes one group and its `top`; returns the controllers that limit it.
fn make_group(hierarchy: &Hierarchy, group: &Path) -> Result<Vec<String>, Machine> {
    let top = group.join("top");
    let mut controllers = hierarchy.controllers.clone();
    if hierarchy.v2 {
        controllers = enable_controllers(&hierarchy.base)?;
    }
    fs::create_dir(group).at(STEP, group.display())?;
    let cpuset = !hierarchy.v2 && hierarchy.has_one_of(&["cpuset"]);
    if cpuset {
        inherit_cpuset(group)?;
    }
    if hierarchy.has_one_of(&["devices"]) {
        forbid_devices_v1(group)?;
    }
    if hierarchy.v2 {
        enable_controllers(group)?;
    }
    fs::create_dir(&top).at(STEP, top.display())?;
    if cpuset {
        inherit_cpuset(&top)?;
    }
    let memory = if hierarchy.v2 {
        "memory.max"
    } else {
        "memory.limit_in_bytes"
    };
    for (controller, file, value) in [("pids", "pids.max", PROCESSES), ("memory", memory, MEMORY)] {
        if controllers.iter().any(|found| found == controller) {
            let path = group.join(file);
            fs::write(&path, value).at(STEP, path.display())?;
        }
    }
    Ok(controllers)
}

/// v2: gives a group's children every controller the group has.
pub(super) fn enable_controllers(group: &Path) -> Result<Vec<String>, Machine> {
    let words = |file: &str| -> Result<Vec<String>, Machine> {
        let path = group.join(file);
        let text = fs::read_to_string(&path).at(STEP, path.display())?;
        Ok(text.split_whitespace().map(str::to_string).collect())
    };
    let available = words("cgroup.controllers")?;
    let enabled = words("cgroup.subtree_control")?;
    for controller in available.iter().filter(|name| !enabled.contains(name)) {
        let path = group.join("cgroup.subtree_control");
        let written = fs::write(&path, format!("+{controller}"));
        if ["pids", "memory"].contains(&controller.as_str()) {
            written.at(STEP, path.display()).map_err(|machine| {
                machine.lacking(|| {
                    Some(format!(
                        "the controller {controller} for children of {}: on cgroup v2 that group \
                         may hold no processes. In a container, move them to a child first",
                        group.display()
                    ))
                })
            })?;
        }
    }
    words("cgroup.subtree_control")
}

/// v1: a new cpuset is empty, and nothing can enter it before it is filled.
fn inherit_cpuset(group: &Path) -> Result<(), Machine> {
    for file in ["cpuset.cpus", "cpuset.mems"] {
        let parent = group.parent().unwrap_or(group).join(file);
        let value = fs::read_to_string(&parent).at(STEP, parent.display())?;
        fs::write(group.join(file), value.trim()).at(STEP, group.join(file).display())?;
    }
    Ok(())
}

fn forbid_devices_v1(group: &Path) -> Result<(), Machine> {
    let write = |file: &str, rule: &str| {
        let path = group.join(file);
        fs::write(&path, rule).at("forbid devices", format!("{rule} in {}", path.display()))
    };
    write("devices.deny", "a")?;
    for (_, major, minor) in device::NODES {
        write("devices.allow", &format!("c {major}:{minor} rwm"))?;
    }
    write("devices.allow", "c 5:2 rwm")?;
    write("devices.allow", "c 136:* rwm")
}

/// On the new root: mounts what the cgroup namespace shows, and moves this
/// process to a leaf, so that its siblings can be given controllers.
pub(super) fn mount_all(
    cgroups: &[Hierarchy],
    directory: &Path,
    root: bool,
) -> Result<(), Machine> {
    use nix::mount::MsFlags;
    let step = "mount cgroups";
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
    let host = Path::new("/sys/fs/cgroup");
    for hierarchy in cgroups {
        let below = hierarchy.mount.strip_prefix(host).unwrap_or(Path::new(""));
        let target = directory.join(below);
        let (kind, options) = match hierarchy.v2 {
            true => ("cgroup2", String::new()),
            false => ("cgroup", hierarchy.controllers.join(",")),
        };
        let options = options.replace("name=", "none,name=");
        let mounted = fs::create_dir_all(&target)
            .at(step, target.display())
            .and_then(|()| mounts::mount_new(step, kind, &target, flags, &options));
        // An ordinary user may be refused; then there are no cgroups to see.
        if !root {
            continue;
        }
        mounted?;
        let leaf = target.join("init");
        fs::create_dir(&leaf).at(step, leaf.display())?;
        if !hierarchy.v2 && hierarchy.has_one_of(&["cpuset"]) {
            inherit_cpuset(&leaf)?;
        }
        fs::write(leaf.join("cgroup.procs"), "0").at(step, leaf.display())?;
        if hierarchy.v2 {
            enable_controllers(&target)?;
        }
    }
    Ok(())
}

/// Every hierarchy mounted here, from mountinfo and our own place in it.
pub(super) fn hierarchies() -> Result<Vec<Hierarchy>, Machine> {
    let table = fs::read_to_string("/proc/self/mountinfo").at(STEP, "mountinfo")?;
    let own = fs::read_to_string("/proc/self/cgroup").at(STEP, "/proc/self/cgroup")?;
    let mut found: Vec<Hierarchy> = Vec::new();
    for line in table.lines() {
        let Some((front, back)) = line.split_once(" - ") else {
            continue;
        };
        let fields: Vec<&str> = front.split(' ').collect();
        let back: Vec<&str> = back.split(' ').collect();
        let (Some(root), Some(mount), Some(kind)) = (fields.get(3), fields.get(4), back.first())
        else {
            continue;
        };
        let v2 = *kind == "cgroup2";
        if !v2 && *kind != "cgroup" {
            continue;
        }
        let mount = PathBuf::from(mount);
        let options = back.get(2).copied().unwrap_or_default().split(',');
        let names = own_controllers(&own);
        let controllers: Vec<String> = options
            .filter(|option| !v2 && names.iter().any(|name| name == option))
            .map(str::to_string)
            .collect();
        if !v2 && controllers.is_empty() || found.iter().any(|h| h.mount == mount) {
            continue;
        }
        let base = match v2 {
            true => mount.clone(),
            false => own_group(&own, &controllers, root, &mount),
        };
        found.push(Hierarchy {
            mount,
            controllers,
            v2,
            base,
        });
    }
    Ok(found)
}

/// All names in `/proc/self/cgroup`: lines of `number:name,name:path`.
fn own_controllers(own: &str) -> Vec<String> {
    let names = own.lines().filter_map(|line| line.split(':').nth(1));
    names
        .flat_map(|names| names.split(','))
        .map(str::to_string)
        .collect()
}

/// The directory of the v1 group this process is in.
fn own_group(own: &str, controllers: &[String], root: &str, mount: &Path) -> PathBuf {
    let line = own.lines().find(|line| {
        let names = line.split(':').nth(1).unwrap_or_default();
        names
            .split(',')
            .any(|name| controllers.iter().any(|c| c == name))
    });
    let path = line
        .and_then(|line| line.splitn(3, ':').nth(2))
        .unwrap_or("/");
    let below = Path::new(path).strip_prefix(root).unwrap_or(Path::new(""));
    mount.join(below)
}

/// Removes the groups of keepers that are gone. Returns their paths.
///
/// # Errors
/// A group could not be removed.
pub fn sweep() -> Result<Vec<String>, Machine> {
    let mut swept = Vec::new();
    for hierarchy in hierarchies()? {
        let Ok(entries) = fs::read_dir(&hierarchy.base) else {
            continue;
        };
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let Some((pid, start)) = name.strip_prefix(PREFIX).and_then(|n| n.split_once('-'))
            else {
                continue;
            };
            let alive = pid.parse().ok().and_then(start_time).map(|s| s.to_string());
            if alive.as_deref() != Some(start) {
                remove_group(&entry.path())?;
                swept.push(entry.path().display().to_string());
            }
        }
    }
    Ok(swept)
}

/// Removes a group with all below it. What still runs in it is killed.
fn remove_group(group: &Path) -> Result<(), Machine> {
    let deadline = Instant::now() + Duration::from_secs(3);
    loop {
        match remove_tree(group) {
            Err(error) if error.raw_os_error() == Some(Errno::EBUSY as i32) => {}
            removed => return removed.at("remove cgroups", group.display()),
        }
        if Instant::now() > deadline {
            return Err(Machine::new(
                "remove cgroups",
                group.display(),
                Some(Errno::EBUSY),
            ));
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn remove_tree(group: &Path) -> std::io::Result<()> {
    let entries = match fs::read_dir(group) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries.flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_tree(&entry.path())?;
        }
    }
    match fs::remove_dir(group) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => {
            let procs = fs::read_to_string(group.join("cgroup.procs")).unwrap_or_default();
            for pid in procs.lines().filter_map(|pid| pid.parse().ok()) {
                let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
            }
            Err(error)
        }
        removed => removed,
    }
}

/// When a process started, in clock ticks since boot.
fn start_time(pid: i32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(')')?
        .1
        .split_ascii_whitespace()
        .nth(19)?
        .parse()
        .ok()
}
