//! What a process can see of itself and of its machine, read from the kernel.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result};
use serde_json::{Value, json};

/// The namespaces a probe names, by their files in `/proc/PID/ns`.
const NAMESPACES: [&str; 7] = ["pid", "mnt", "uts", "ipc", "net", "user", "cgroup"];

/// Everything at once: pids, namespaces, hostname, processes, mounts, cgroups.
pub fn look() -> Result<Value> {
    let own = std::process::id();
    Ok(json!({
        "pid": own,
        "parent": nix::unistd::getppid().as_raw(),
        "hostname": nix::unistd::gethostname()?.to_string_lossy(),
        // What /proc shows may belong to another pid namespace; then there may
        // be no such process, and `self` names nobody.
        "proc_self": fs::read_link("/proc/self").ok().map(|link| link.to_string_lossy().into_owned()),
        "namespaces": namespaces("self").ok(),
        "processes": processes().unwrap_or_default(),
        "mounts": mounts()?,
        "cgroup": fs::read_to_string("/proc/self/cgroup").unwrap_or_default(),
    }))
}

/// The inode number of one namespace of a process, `self` or a pid.
pub fn namespace(process: &str, name: &str) -> Result<u64> {
    let path = format!("/proc/{process}/ns/{name}");
    let link = fs::read_link(&path).with_context(|| format!("read {path}"))?;
    let link = link.to_string_lossy().into_owned();
    // The link reads `uts:[4026531838]` (namespaces(7)).
    let digits: String = link.chars().filter(char::is_ascii_digit).collect();
    digits
        .parse()
        .with_context(|| format!("read {path}: {link}"))
}

/// The inode numbers of all namespaces of a process, by name.
pub fn namespaces(process: &str) -> Result<BTreeMap<String, u64>> {
    NAMESPACES
        .iter()
        .map(|name| Ok((name.to_string(), namespace(process, name)?)))
        .collect()
}

/// The pids in `/proc`.
pub fn processes() -> Result<Vec<i32>> {
    let mut pids: Vec<i32> = fs::read_dir("/proc")
        .context("read /proc")?
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect();
    pids.sort_unstable();
    Ok(pids)
}

/// Mount points and their file systems, in the order of `mountinfo`
/// (proc_pid_mountinfo(5)).
pub fn mounts() -> Result<Vec<(String, String)>> {
    // Of a /proc that shows another pid namespace there is no `self`.
    let table = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let mut mounts = Vec::new();
    for line in table.lines() {
        let point = line.split(' ').nth(4).unwrap_or_default();
        let kind = line
            .split(" - ")
            .nth(1)
            .and_then(|rest| rest.split(' ').next());
        mounts.push((point.to_string(), kind.unwrap_or_default().to_string()));
    }
    Ok(mounts)
}
