//! Which cgroup hierarchies this machine has, and where this process stands in
//! them.
//!
//! Nothing here is known from a path: a hierarchy may be mounted anywhere, two
//! controllers may share one, and a container sees a part of it as the whole.
//! `/proc/self/mountinfo` says what is mounted where, `/proc/self/cgroup` which
//! group of it is ours.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The two interfaces of the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    V1,
    V2,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Version::V1 => "v1",
            Version::V2 => "v2",
        })
    }
}

/// A line of `/proc/PID/mountinfo` (proc_pid_mountinfo(5)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// What of the file system is shown: `/` for all of it.
    pub root: PathBuf,
    /// Where it is mounted.
    pub point: PathBuf,
    /// File system: `cgroup` for version 1, `cgroup2` for version 2.
    pub kind: String,
    /// Options of the file system; of `cgroup`, its controllers are among them.
    pub options: Vec<String>,
}

/// A hierarchy: a tree of groups, mounted somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hierarchy {
    /// Version 1: the controllers that work in it. Version 2: none are listed
    /// here, each directory has its own (`cgroup.controllers`).
    pub controllers: Vec<String>,
    /// The directory it is mounted on.
    pub mount: PathBuf,
    /// The directory of our own group.
    pub own: PathBuf,
}

/// All hierarchies that can limit something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Machine {
    /// Those of version 1, which have at least one controller each.
    pub v1: Vec<Hierarchy>,
    /// The one of version 2, when it is mounted.
    pub v2: Option<Hierarchy>,
}

impl Machine {
    /// This machine, as this process sees it.
    pub fn here() -> Result<Machine> {
        Machine::read(Path::new("/proc/self"))
    }

    /// The machine that `mountinfo` and `cgroup` in a directory describe.
    pub fn read(directory: &Path) -> Result<Machine> {
        let read = |file: &str| {
            let path = directory.join(file);
            fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))
        };
        Ok(find(&mounts(&read("mountinfo")?), &read("cgroup")?))
    }

    /// `v1`, `v2`, `hybrid` when version 1 has controllers and version 2 is
    /// mounted beside it, or `none`.
    pub fn layout(&self) -> &'static str {
        match (self.v1.is_empty(), &self.v2) {
            (false, None) => "v1",
            (true, Some(_)) => "v2",
            (false, Some(_)) => "hybrid",
            (true, None) => "none",
        }
    }
}

/// Finds the hierarchies: each line of `membership` (the text of
/// `/proc/self/cgroup`, cgroups(7)) with the mount that shows it.
///
/// A line is `number:controllers:path`. Version 2 has the number 0 and no
/// controllers. A list that begins with `name=` has no controller and limits
/// nothing; it is left out, and so is what isn't mounted. `path` counts from
/// the root of the hierarchy, a mount from its own `root`. Where the path isn't
/// below that root, or has a `..` (cgroup_namespaces(7)), the mount point is the
/// nearest that can be seen. Of several mounts the last counts: it lies over
/// earlier ones on the same point.
pub fn find(mounts: &[Mount], membership: &str) -> Machine {
    // ANCHOR: find
    let mut machine = Machine::default();
    for line in membership.lines() {
        let fields: Vec<&str> = line.splitn(3, ':').collect();
        let &[_, names, path] = fields.as_slice() else {
            continue;
        };
        let controllers: Vec<String> = match names {
            "" => Vec::new(),
            names => names.split(',').map(String::from).collect(),
        };
        // The last one: it lies over earlier ones on the same point.
        let mount = mounts.iter().rfind(|mount| match controllers.first() {
            None => mount.kind == "cgroup2",
            Some(name) => mount.kind == "cgroup" && mount.options.contains(name),
        });
        let Some(mount) = mount.filter(|_| !names.starts_with("name=")) else {
            continue;
        };
        let below = Path::new(path).strip_prefix(&mount.root);
        let own = match below {
            Ok(below) if !path.contains("/..") => mount.point.join(below),
            _ => mount.point.clone(),
        };
        let hierarchy = Hierarchy {
            mount: mount.point.clone(),
            // Without the slash that joining nothing leaves behind.
            own: own.components().collect(),
            controllers,
        };
        match names {
            "" => machine.v2 = Some(hierarchy),
            _ => machine.v1.push(hierarchy),
        }
    }
    machine
    // ANCHOR_END: find
}

/// The cgroup mounts of the text of a `mountinfo`, in its order.
pub fn mounts(text: &str) -> Vec<Mount> {
    let mount = |line: &str| {
        // Optional fields end at a lone dash; behind it come the file system's.
        let (before, behind) = line.split_once(" - ")?;
        let before: Vec<&str> = before.split(' ').collect();
        let mut behind = behind.split(' ');
        let kind = behind.next()?.to_string();
        let options = behind.nth(1).unwrap_or_default().split(',');
        Some(Mount {
            root: unescaped(before.get(3)?),
            point: unescaped(before.get(4)?),
            kind,
            options: options.map(String::from).collect(),
        })
    };
    let all = text.lines().filter_map(mount);
    all.filter(|mount| mount.kind == "cgroup" || mount.kind == "cgroup2")
        .collect()
}

/// A path in which spaces and the like are written as `\040`.
fn unescaped(path: &str) -> PathBuf {
    let mut bytes = Vec::new();
    let mut rest = path.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let octal = after
            .get(..3)
            .and_then(|digits| std::str::from_utf8(digits).ok());
        let code = octal.and_then(|digits| u8::from_str_radix(digits, 8).ok());
        match code.filter(|_| first == b'\\') {
            Some(code) => {
                bytes.push(code);
                rest = &after[3..];
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    use std::os::unix::ffi::OsStringExt;
    std::ffi::OsString::from_vec(bytes).into()
}
