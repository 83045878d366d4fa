//! `/proc` and `/sys` of a workbench: the kernel's interfaces, without the
//! levers that move the whole machine.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use nix::mount::{MsFlags, mount};

use super::hierarchy::{Hierarchy, hierarchies};
use super::machine::{Machine, Mode, Steps};
use super::root::tmpfs;
use super::sys::set_read_only;

/// Read-only in root's `/proc`. In a user namespace the files' owner, root,
/// is somebody else, which protects them as well.
const READ_ONLY: [&str; 8] = [
    "sys",
    "sysrq-trigger",
    "irq",
    "bus",
    "fs",
    "acpi",
    "scsi",
    "mtrr",
];
/// Writable again in `/proc/sys`: what a namespace holds.
const WRITABLE: [&str; 3] = ["sys/net", "sys/kernel/hostname", "sys/kernel/domainname"];
/// Not even readable: memory, and the kernel's messages.
const HIDDEN: [&str; 2] = ["kcore", "kmsg"];

const QUIET: MsFlags = MsFlags::MS_NOSUID
    .union(MsFlags::MS_NODEV)
    .union(MsFlags::MS_NOEXEC);
const CGROUPS: &str = "/sys/fs/cgroup";

/// How the host shows its cgroups, looked up while the host is in sight.
pub struct Interfaces {
    hierarchies: Vec<Hierarchy>,
    links: Vec<(PathBuf, PathBuf)>,
    /// A user's workbench stands in a cgroup of its own.
    delegated: bool,
}

/// Looks at the host's `/sys/fs/cgroup`. Whether the workbench has a cgroup of
/// its own can't be seen any more: in its cgroup namespace it stands at the root.
pub fn look(steps: &Steps, delegated: bool) -> Result<Interfaces, Machine> {
    let hierarchies = steps.step("read the cgroup hierarchies", hierarchies)?;
    let mut links = Vec::new();
    // `cpu -> cpu,cpuacct` where controllers share a hierarchy.
    for entry in fs::read_dir(CGROUPS).into_iter().flatten().flatten() {
        if let Ok(target) = fs::read_link(entry.path()) {
            links.push((entry.path(), target));
        }
    }
    Ok(Interfaces {
        hierarchies,
        links,
        delegated,
    })
}

/// Mounts both under `root`; called from within the new namespaces.
pub fn make(steps: &Steps, mode: Mode, root: &Path, seen: &Interfaces) -> Result<(), Machine> {
    let proc = root.join("proc");
    steps.step("directory /proc", || fs::create_dir(&proc))?;
    if mode == Mode::Root {
        keep_whole_proc(steps, root)?;
    }
    steps.step("proc on /proc", || {
        mount(Some("proc"), &proc, Some("proc"), QUIET, None::<&str>)
    })?;
    if mode == Mode::Root {
        close(steps, &proc, &root.join("dev/null"))?;
    }
    let sys = root.join("sys");
    steps.step("directory /sys", || fs::create_dir(&sys))?;
    steps.step("sysfs on /sys", || mount_sys(&sys))?;
    cgroups(steps, mode, root, seen)
}

/// A `/proc` with nothing covered, out of everyone's sight: without one in
/// the mount namespace the kernel refuses a user namespace a `/proc` of its
/// own (fs/namespace.c, `mount_too_revealing`).
fn keep_whole_proc(steps: &Steps, root: &Path) -> Result<(), Machine> {
    let cover = root.join("dev/.whole");
    steps.step("uncovered proc", || {
        let whole = cover.join("proc");
        fs::create_dir_all(&whole)?;
        mount(Some("proc"), &whole, Some("proc"), QUIET, None::<&str>)?;
        tmpfs(&cover, "size=4k,mode=000")
    })
}

fn close(steps: &Steps, proc: &Path, null: &Path) -> Result<(), Machine> {
    let bind = |from: &Path, to: &Path| {
        mount(Some(from), to, None::<&str>, MsFlags::MS_BIND, None::<&str>)
    };
    let all = READ_ONLY.iter().map(|name| (name, true));
    for (name, read_only) in all.chain(WRITABLE.iter().map(|name| (name, false))) {
        let path = proc.join(name);
        if !path.exists() {
            continue;
        }
        let how = if read_only { "read-only" } else { "writable" };
        steps.step(format!("{how} /proc/{name}"), || -> io::Result<()> {
            bind(&path, &path)?;
            set_read_only(&path, read_only, false)
        })?;
    }
    for name in HIDDEN {
        let path = proc.join(name);
        if path.exists() {
            steps.step(format!("hide /proc/{name}"), || bind(null, &path))?;
        }
    }
    Ok(())
}

/// A sysfs of this network namespace, or where the kernel refuses one (a
/// container that covers parts of its own) the host's. Read-only either way.
pub fn mount_sys(sys: &Path) -> io::Result<()> {
    let flags = QUIET | MsFlags::MS_RDONLY;
    match mount(Some("sysfs"), sys, Some("sysfs"), flags, None::<&str>) {
        Ok(()) => return Ok(()),
        Err(nix::Error::EPERM) => {}
        Err(error) => return Err(error.into()),
    }
    let flags = MsFlags::MS_BIND | MsFlags::MS_REC;
    mount(Some("/sys"), sys, None::<&str>, flags, None::<&str>)?;
    set_read_only(sys, true, true)
}

/// The hierarchies at the places they have on the host; in the cgroup
/// namespace their root is the workbench's subtree.
fn cgroups(steps: &Steps, mode: Mode, root: &Path, seen: &Interfaces) -> Result<(), Machine> {
    let place = root.join("sys/fs/cgroup");
    let several = seen
        .hierarchies
        .iter()
        .any(|one| one.mount != Path::new(CGROUPS));
    let result = (|| {
        if several {
            steps.step("tmpfs on /sys/fs/cgroup", || {
                tmpfs(&place, "size=64k,mode=755")
            })?;
        }
        for hierarchy in &seen.hierarchies {
            let name = hierarchy
                .mount
                .strip_prefix(CGROUPS)
                .ok()
                .map(Path::to_path_buf);
            let name = name.or(hierarchy.mount.file_name().map(PathBuf::from));
            let point = place.join(name.unwrap_or_default());
            let step = format!("cgroups on {}", hierarchy.mount.display());
            steps.step(step, || {
                mount_hierarchy(hierarchy, &point, writable(mode, hierarchy, seen))
            })?;
        }
        for (link, target) in &seen.links {
            if let (true, Some(name)) = (several, link.file_name()) {
                steps.step("links of /sys/fs/cgroup", || {
                    symlink(target, place.join(name))
                })?;
            }
        }
        Ok(())
    })();
    match mode {
        Mode::Root => result,
        // Without a subtree of its own a user's workbench can only look at
        // cgroups; it does without where the kernel refuses even that.
        Mode::User => Ok(()),
    }
}

/// As a user only a delegated subtree is the workbench's own.
fn writable(mode: Mode, hierarchy: &Hierarchy, seen: &Interfaces) -> bool {
    mode == Mode::Root || (hierarchy.v2 && seen.delegated)
}

fn mount_hierarchy(hierarchy: &Hierarchy, point: &Path, writable: bool) -> io::Result<()> {
    if !point.exists() {
        fs::create_dir_all(point)?;
    }
    let (kind, options) = match hierarchy.v2 {
        true => ("cgroup2", String::new()),
        false => ("cgroup", hierarchy.controllers.join(",")),
    };
    mount(Some(kind), point, Some(kind), QUIET, Some(options.as_str()))?;
    if !writable {
        set_read_only(point, true, false)?;
    }
    Ok(())
}
