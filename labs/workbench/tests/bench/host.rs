//! What of the host must be the same after a workbench as before.
//!
//! Other programs, and other tests, change a machine meanwhile: only what can
//! be told apart from theirs is compared.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::runner::nonce;

/// Namespaces of this process, as `mnt:4026531841 …`: what a workbench must
/// not share.
pub fn namespaces() -> String {
    let kinds = ["mnt", "net", "pid", "uts", "ipc", "cgroup"];
    let inode = |kind| {
        fs::metadata(format!("/proc/self/ns/{kind}"))
            .expect("a namespace")
            .ino()
    };
    kinds
        .map(|kind| format!("{kind}:{}", inode(kind)))
        .join(" ")
}

/// Names of the modules, without those the kernel itself loads for a kind of
/// network device the first time it is wanted, in any namespace.
fn modules(text: &str) -> String {
    let devices = ["bridge", "llc", "stp", "tun", "veth"];
    let names = text.lines().filter_map(|line| line.split(' ').next());
    let names: Vec<&str> = names.filter(|name| !devices.contains(name)).collect();
    names.join(" ")
}

/// A picture of the host, and files put where a program may reach for them.
pub struct Host {
    before: BTreeMap<String, String>,
    canaries: Vec<PathBuf>,
}

impl Host {
    pub fn watch() -> Host {
        let name = nonce().replace(['=', '.'], "-");
        let places = [
            "/tmp", "/run", "/dev/shm", "/var/tmp", "/home", "/root", "/opt",
        ];
        let writable = places.iter().map(|place| Path::new(place).join(&name));
        let canaries: Vec<PathBuf> = writable
            .filter(|path| fs::write(path, "alive").is_ok())
            .collect();
        let mut host = Host {
            before: BTreeMap::new(),
            canaries,
        };
        host.before = host.look();
        host
    }

    /// Paths of files the program may delete, on its workbench.
    pub fn canaries(&self) -> Vec<String> {
        self.canaries
            .iter()
            .map(|path| path.display().to_string())
            .collect()
    }

    fn look(&self) -> BTreeMap<String, String> {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_else(|error| error.to_string());
        let mut seen = BTreeMap::new();
        let files = [
            "/proc/self/mountinfo",
            "/proc/net/route",
            "/proc/net/ipv6_route",
            "/proc/sys/kernel/hostname",
            "/proc/sys/kernel/panic",
            "/proc/sys/vm/overcommit_memory",
            "/proc/sys/net/ipv4/ip_forward",
            "/proc/modules",
            "/proc/swaps",
        ];
        for file in files {
            // The last columns of ipv6_route count the route's users.
            let text = match file {
                "/proc/net/ipv6_route" => read(file)
                    .lines()
                    .map(|line| &line[..line.len().min(100)])
                    .collect(),
                "/proc/modules" => modules(&read(file)),
                _ => read(file),
            };
            seen.insert(file.to_string(), text);
        }
        for directory in ["/", "/dev", "/run", "/sys/class/net", "/sys/fs/cgroup"] {
            let names = fs::read_dir(directory).into_iter().flatten().flatten();
            let mut names: Vec<_> = names.map(|entry| entry.file_name()).collect();
            // Canaries of tests beside this one come and go.
            names.retain(|name| !name.to_string_lossy().contains("trial-"));
            names.retain(|name| !name.to_string_lossy().starts_with("workbench"));
            names.sort();
            seen.insert(format!("entries of {directory}"), format!("{names:?}"));
        }
        let canaries = self.canaries.iter().map(PathBuf::as_path);
        let fixed = ["/etc/passwd", "/usr", "/usr/bin/env", "/etc"].map(Path::new);
        for path in canaries.chain(fixed) {
            let state = fs::metadata(path).map(|data| {
                (
                    data.ino(),
                    data.mode(),
                    data.uid(),
                    data.size(),
                    data.mtime(),
                    data.mtime_nsec(),
                )
            });
            seen.insert(path.display().to_string(), format!("{state:?}"));
        }
        seen
    }

    /// Fails unless the host is as it was, and nothing of the workbench is
    /// left. `nonce` is in the environment of its processes.
    pub fn unchanged(&self, nonce: &str) -> Result<(), String> {
        self.unchanged_within(Duration::ZERO, nonce)
    }

    /// The same, for a workbench whose end nobody waited for: processes may
    /// take `patience` to be gone.
    pub fn unchanged_within(&self, patience: Duration, nonce: &str) -> Result<(), String> {
        gone(nonce, patience)?;
        no_cgroups_left(Duration::from_secs(5))?;
        let after = self.look();
        let changed = self
            .before
            .iter()
            .filter(|(name, value)| after.get(*name) != Some(value));
        let words: Vec<String> = changed
            .map(|(name, value)| format!("{name} was:\n{value}\nand is:\n{:?}", after.get(name)))
            .collect();
        match words.is_empty() {
            true => Ok(()),
            false => Err(format!("the host changed: {}", words.join("\n"))),
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        for canary in &self.canaries {
            let _ = fs::remove_file(canary);
        }
    }
}

/// Host processes with the word `nonce` in their environment.
pub fn processes(nonce: &str) -> Vec<u32> {
    let all = fs::read_dir("/proc").expect("/proc").flatten();
    let pids = all.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let has = |pid: &u32| {
        let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        environment
            .windows(nonce.len())
            .any(|window| window == nonce.as_bytes())
    };
    pids.filter(has).collect()
}

/// Waits until no process has `nonce` in its environment.
pub fn gone(nonce: &str, patience: Duration) -> Result<(), String> {
    let left = eventually(patience, || {
        Some(processes(nonce)).filter(|left| !left.is_empty())
    });
    left.map_or(Ok(()), |left| Err(format!("processes {left:?} are left")))
}

/// Waits until no cgroup of a dead keeper is left. A test beside this one may
/// have killed its keeper on purpose.
pub fn no_cgroups_left(patience: Duration) -> Result<(), String> {
    let left = eventually(patience, || {
        Some(abandoned()).filter(|left| !left.is_empty())
    });
    left.map_or(Ok(()), |left| Err(format!("cgroups {left:?} are left")))
}

/// Asks until there is nothing; what there still is when patience ends.
fn eventually<T>(patience: Duration, ask: impl Fn() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + patience;
    loop {
        let answer = ask();
        if answer.is_none() || Instant::now() >= deadline {
            return answer;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// cgroups whose name says that a keeper made them which is no more.
pub fn abandoned() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut directories = vec![PathBuf::from("/sys/fs/cgroup")];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(&directory).into_iter().flatten().flatten() {
            if !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                continue;
            }
            let name = entry.file_name().to_string_lossy().into_owned();
            let Some(keeper) = name.strip_prefix("workbench.") else {
                directories.push(entry.path());
                continue;
            };
            let mut parts = keeper.split('.').skip(1);
            let (pid, started) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            let rest = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
            // A zombie is dead as well.
            let mut fields = rest.split_whitespace();
            let state = fields.next();
            if fields.nth(18) != Some(started) || state == Some("Z") {
                found.push(entry.path());
            }
        }
    }
    found
}
