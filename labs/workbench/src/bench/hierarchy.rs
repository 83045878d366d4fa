//! Which cgroup hierarchies this process sees, and where it stands in them.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use nix::sys::statfs::{CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC, FsType, statfs};
use nix::unistd::{AccessFlags, access};

use super::mounts::{Mount, mounts};

/// One mounted hierarchy.
#[derive(Clone, Debug)]
pub struct Hierarchy {
    pub v2: bool,
    /// v1: the controllers bound to it.
    pub controllers: Vec<String>,
    /// Where it is mounted.
    pub mount: PathBuf,
    /// The directory of the calling process, or of its nearest ancestor that
    /// the mount shows.
    pub own: PathBuf,
}

impl Hierarchy {
    /// Whether a v1 controller is bound to this hierarchy.
    pub fn has(&self, controller: &str) -> bool {
        self.controllers.iter().any(|name| name == controller)
    }

    /// v2: the nearest directory above the calling process which an ordinary
    /// user may use, and which hands on memory and pids (cgroups(7), delegation).
    pub fn delegated(&self) -> Option<PathBuf> {
        if !self.v2 {
            return None;
        }
        let within = self
            .own
            .ancestors()
            .take_while(|path| path.starts_with(&self.mount));
        let usable = |path: &Path| {
            let writable = |path: &Path| access(path, AccessFlags::W_OK).is_ok();
            let file = path.join("cgroup.subtree_control");
            let handed = fs::read_to_string(&file).unwrap_or_default();
            let hands = |name| handed.split_whitespace().any(|word| word == name);
            hands("memory")
                && hands("pids")
                && writable(path)
                && writable(&path.join("cgroup.procs"))
        };
        within.map(Path::to_path_buf).find(|path| usable(path))
    }
}

/// The hierarchies with controllers, and the one of v2.
pub fn hierarchies() -> io::Result<Vec<Hierarchy>> {
    hierarchies_of("self")
}

/// The same with [`Hierarchy::own`] being where another process stands.
pub fn hierarchies_of(process: &str) -> io::Result<Vec<Hierarchy>> {
    let mut visible = mounts()?;
    // Another mount may cover one, and its path lead elsewhere.
    visible.retain(|mount| match mount.kind.as_str() {
        "cgroup" => is_a(&mount.point, CGROUP_SUPER_MAGIC),
        "cgroup2" => is_a(&mount.point, CGROUP2_SUPER_MAGIC),
        _ => false,
    });
    let membership = fs::read_to_string(format!("/proc/{process}/cgroup"))?;
    Ok(of(&visible, &membership))
}

fn is_a(path: &Path, kind: FsType) -> bool {
    statfs(path).is_ok_and(|found| found.filesystem_type() == kind)
}

fn of(mounts: &[Mount], membership: &str) -> Vec<Hierarchy> {
    let lines = membership.lines().filter_map(|line| {
        let mut fields = line.splitn(3, ':');
        Some((fields.next()?, fields.next()?, fields.next()?))
    });
    lines
        .filter_map(|(id, names, path)| {
            let v2 = id == "0" && names.is_empty();
            // A hierarchy without a controller (`name=systemd`) limits nothing.
            if names.starts_with("name=") {
                return None;
            }
            let controllers: Vec<String> = match v2 {
                true => Vec::new(),
                false => names.split(',').map(str::to_string).collect(),
            };
            let mount = mounts.iter().rfind(|mount| match v2 {
                true => mount.kind == "cgroup2",
                false => {
                    let mut options = mount.options.split(',');
                    mount.kind == "cgroup" && options.any(|option| option == controllers[0])
                }
            })?;
            Some(Hierarchy {
                v2,
                controllers,
                mount: mount.point.clone(),
                own: below(mount, path),
            })
        })
        .collect()
}

/// Where `path`, as `/proc/self/cgroup` gives it, is found under `mount`.
fn below(mount: &Mount, path: &str) -> PathBuf {
    let path = Path::new(path);
    let outside = path
        .components()
        .any(|part| part.as_os_str() == OsStr::new(".."));
    match path.strip_prefix(&mount.root) {
        Ok(rest) if !outside => mount.point.join(rest),
        _ => mount.point.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mount(root: &str, point: &str, kind: &str, options: &str) -> Mount {
        Mount {
            root: root.into(),
            point: point.into(),
            shared: false,
            kind: kind.into(),
            options: options.into(),
        }
    }

    #[test]
    fn a_hybrid_machine() {
        let mounts = [
            mount("/", "/c/cpu,cpuacct", "cgroup", "rw,cpu,cpuacct"),
            mount("/docker/x", "/c/memory", "cgroup", "rw,memory"),
            mount("/", "/c/systemd", "cgroup", "rw,name=systemd"),
            mount("/", "/c/unified", "cgroup2", "rw"),
        ];
        let membership =
            "5:name=systemd:/\n4:cpu,cpuacct:/a\n3:memory:/docker/x/b\n2:pids:/\n0::/../z\n";
        let found = of(&mounts, membership);
        let seen: Vec<_> = found.iter().map(|one| (one.v2, one.own.to_str())).collect();
        assert_eq!(
            seen,
            [
                (false, Some("/c/cpu,cpuacct/a")),
                (false, Some("/c/memory/b")),
                (true, Some("/c/unified")),
            ]
        );
        assert!(found[0].has("cpuacct") && !found[0].has("memory"));
    }
}
