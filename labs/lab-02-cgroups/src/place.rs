//! Where a container's group is made.
//!
//! On version 1 that is simple: beside whatever else is in our own group. On
//! version 2 a group with processes can't hand controllers on to groups below
//! it (cgroups(7), "no internal processes" rule), and we are a process. So the
//! new group goes below the nearest group above us that has none. Where every
//! group that is ours has some, as in a container of an engine, those of the
//! uppermost are moved to a leaf of their own first.
//!
//! What is ours? Under systemd, only a subtree it has delegated
//! (systemd.resource-control(5), `Delegate=`). Elsewhere, what we may write to.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use nix::unistd::{AccessFlags, Uid, access};

use crate::file;
use crate::machine::{Hierarchy, Machine};
use crate::sys;

/// The leaf that processes of an inner group are moved to.
pub const LEAF: &str = "init";

/// The group a container's will be made in, of the hierarchy of version 2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parent {
    pub directory: PathBuf,
    /// It holds processes, which have to be moved to a leaf first.
    pub occupied: bool,
}

/// Is systemd the machine's manager (sd_booted(3))?
pub fn under_systemd() -> bool {
    Path::new("/run/systemd/system").is_dir()
}

/// The parent in version 2.
pub fn v2(hierarchy: &Hierarchy, systemd: bool) -> Result<Parent> {
    let above = hierarchy.own.ancestors();
    let above = above.take_while(|path| path.starts_with(&hierarchy.mount));
    let mut ours: Vec<PathBuf> = Vec::new();
    for directory in above {
        ours.push(directory.to_path_buf());
        if systemd && is_delegated(directory) {
            break;
        }
    }
    if systemd && !ours.last().is_some_and(|top| is_delegated(top)) {
        bail!(
            "{} belongs to systemd, which has delegated no part of it to us: start a shell with \
             systemd-run --scope --property Delegate=yes --shell, and run it there",
            hierarchy.own.display()
        );
    }
    ours.retain(|directory| is_writable(directory));
    for directory in &ours {
        if is_root(directory) || file::read(directory, "cgroup.procs")?.is_empty() {
            return Ok(Parent {
                directory: directory.clone(),
                occupied: false,
            });
        }
    }
    match ours.pop() {
        Some(directory) => Ok(Parent {
            directory,
            occupied: true,
        }),
        None => bail!("{} may not be written to", hierarchy.own.display()),
    }
}

/// The parent in version 1: our own group, if it may be written to.
pub fn v1(hierarchy: &Hierarchy) -> Option<PathBuf> {
    is_writable(&hierarchy.own).then(|| hierarchy.own.clone())
}

/// The hierarchies with `path` as the parent instead, counted from each mount;
/// those that don't have it are left out.
pub fn named(machine: &Machine, path: &Path) -> Result<Machine> {
    let below = path.strip_prefix("/").unwrap_or(path);
    ensure!(
        below
            .components()
            .all(|part| matches!(part, std::path::Component::Normal(_))),
        "--cgroup-parent {}: must be a path below the root of the hierarchies, without ..",
        path.display()
    );
    let moved = |hierarchy: &Hierarchy| {
        let own = hierarchy.mount.join(below);
        own.is_dir().then(|| Hierarchy {
            own,
            ..hierarchy.clone()
        })
    };
    let found = Machine {
        v1: machine.v1.iter().filter_map(moved).collect(),
        v2: machine.v2.as_ref().and_then(moved),
    };
    ensure!(
        found.layout() != "none",
        "--cgroup-parent {}: there is no such group in any hierarchy, make it first",
        path.display()
    );
    Ok(found)
}

/// Moves every process of a group to a leaf below it. New ones may be born
/// meanwhile, so it looks again until there is none.
pub fn settle(directory: &Path) -> Result<()> {
    let leaf = directory.join(LEAF);
    if !leaf.is_dir() {
        std::fs::create_dir(&leaf).with_context(|| format!("create {}", leaf.display()))?;
    }
    for _ in 0..100 {
        let processes = file::words(directory, "cgroup.procs")?;
        if processes.is_empty() {
            return Ok(());
        }
        for process in processes {
            match file::write(&leaf, "cgroup.procs", &process) {
                // It has ended meanwhile.
                Err(failure) if failure.errno == Some(libc::ESRCH) => {}
                other => other?,
            }
        }
    }
    bail!("{}: there are ever new processes", directory.display())
}

/// The real root of a hierarchy, not that of a cgroup namespace: it alone has
/// no type, and may have processes as well as children.
fn is_root(directory: &Path) -> bool {
    directory.join("cgroup.procs").exists() && !directory.join("cgroup.type").exists()
}

fn is_writable(directory: &Path) -> bool {
    let writable = |path: &Path| access(path, AccessFlags::W_OK).is_ok();
    writable(directory) && writable(&directory.join("cgroup.procs"))
}

/// systemd marks what it delegates, and gives it to the user it is for.
fn is_delegated(directory: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let own = Uid::effective();
    let given = std::fs::metadata(directory).is_ok_and(|found| found.uid() == own.as_raw());
    sys::is_marked(directory, c"trusted.delegate")
        || sys::is_marked(directory, c"user.delegate")
        || (given && !own.is_root())
}
