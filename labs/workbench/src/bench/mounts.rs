//! The few kinds of mount a workbench is made of.

use std::ffi::CString;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::mount::{MsFlags, mount};

use super::machine::{At, Machine};
use crate::sys;

/// A file system of its own.
pub(super) fn mount_new(
    step: &str,
    kind: &str,
    target: &Path,
    flags: MsFlags,
    options: &str,
) -> Result<(), Machine> {
    mount(Some(kind), target, Some(kind), flags, Some(options)).at(step, target.display())
}

/// The same files at a second place.
pub(super) fn bind(step: &str, source: &Path, target: &Path) -> Result<(), Machine> {
    let nothing = None::<&str>;
    mount(Some(source), target, nothing, MsFlags::MS_BIND, nothing).at(step, source.display())
}

/// The same files, with everything mounted below them, read-only throughout.
pub(super) fn bind_read_only(step: &str, source: &Path, target: &Path) -> Result<(), Machine> {
    let nothing = None::<&str>;
    let flags = MsFlags::MS_BIND | MsFlags::MS_REC;
    mount(Some(source), target, nothing, flags, nothing).at(step, source.display())?;
    let path = CString::new(target.as_os_str().as_bytes())
        .map_err(|_| Machine::new(step, target.display(), Some(Errno::EINVAL)))?;
    sys::read_only_recursively(&path).at(step, format!("{} read-only", source.display()))
}

/// Mount points of this mount namespace with their file systems, shortest path
/// first (proc_pid_mountinfo(5)).
pub(super) fn mount_points() -> Result<Vec<(PathBuf, String)>, Machine> {
    let table = std::fs::read_to_string("/proc/self/mountinfo").at("read", "mountinfo")?;
    let mut points: Vec<(PathBuf, String)> = table
        .lines()
        .filter_map(|line| {
            let point = unescaped(line.split(' ').nth(4)?);
            let kind = line.split(" - ").nth(1)?.split(' ').next()?;
            Some((point, kind.to_string()))
        })
        .collect();
    points.sort_by_key(|(path, _)| path.components().count());
    points.dedup_by(|a, b| a.0 == b.0);
    Ok(points)
}

/// Space, tab, newline and backslash are written as octal escapes there.
fn unescaped(text: &str) -> PathBuf {
    let mut out = text.to_string();
    for (escape, character) in [
        ("\\040", " "),
        ("\\011", "\t"),
        ("\\012", "\n"),
        ("\\134", "\\"),
    ] {
        out = out.replace(escape, character);
    }
    PathBuf::from(out)
}
