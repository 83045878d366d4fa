//! Where a process stands in the cgroup hierarchies, and what the files there
//! say: read from the kernel, whatever a program claims.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::bench::hierarchy::{hierarchies, hierarchies_of};

/// The name under which the directory of cgroup v2 is found.
pub const V2: &str = "v2";

/// The directories of one process: by controller for each of v1, and under
/// [`V2`] the one of v2, as the calling process sees them.
pub type Groups = BTreeMap<String, PathBuf>;

/// Where a process stands: `self`, or a pid.
pub fn groups(process: &str) -> Result<Groups> {
    let found = hierarchies_of(process).with_context(|| format!("cgroups of process {process}"))?;
    let mut groups = Groups::new();
    for hierarchy in found {
        if hierarchy.v2 {
            groups.insert(V2.into(), hierarchy.own);
            continue;
        }
        for controller in hierarchy.controllers {
            groups.insert(controller, hierarchy.own.clone());
        }
    }
    Ok(groups)
}

/// The lines of a `/proc/PID/cgroup`: the path by controller for each of v1, and
/// under [`V2`] the one of v2. Hierarchies without a controller are left out.
pub fn membership(text: &str) -> BTreeMap<String, String> {
    let mut paths = BTreeMap::new();
    for line in text.lines() {
        let fields: Vec<&str> = line.splitn(3, ':').collect();
        if let [_, names, path] = fields.as_slice() {
            let names = if names.is_empty() { V2 } else { names };
            let controllers = names.split(',').filter(|name| !name.starts_with("name="));
            paths.extend(controllers.map(|name| (name.to_string(), path.to_string())));
        }
    }
    paths
}

/// The directory a controller works in: its own of v1, else that of v2, and
/// whether it is v1.
pub fn directory<'a>(groups: &'a Groups, controller: &str) -> Option<(bool, &'a Path)> {
    let v1 = groups.get(controller).map(|path| (true, path.as_path()));
    v1.or_else(|| groups.get(V2).map(|path| (false, path.as_path())))
}

/// A file of a cgroup, without the line break; `None` when there is none.
pub fn value(directory: &Path, file: &str) -> Option<String> {
    let text = fs::read_to_string(directory.join(file)).ok()?;
    Some(text.trim_end().to_string())
}

/// A number in a file of lines `key number`, as `cpu.stat` is.
pub fn entry(directory: &Path, file: &str, key: &str) -> Option<u64> {
    let text = value(directory, file)?;
    let of_key = |line: &str| line.strip_prefix(key)?.strip_prefix(' ')?.parse().ok();
    text.lines().find_map(of_key)
}

/// Every directory of every hierarchy below what this process sees as their
/// roots.
pub fn all() -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for hierarchy in hierarchies().context("read the cgroup hierarchies")? {
        let mut left = vec![hierarchy.mount];
        while let Some(directory) = left.pop() {
            let entries = fs::read_dir(&directory).into_iter().flatten().flatten();
            let inner = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
            left.extend(inner.map(|entry| entry.path()));
            found.push(directory);
        }
    }
    found.sort();
    Ok(found)
}
