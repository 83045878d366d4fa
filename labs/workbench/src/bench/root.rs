//! The root of a workbench: a copy of the machine's that may be spoiled.
//!
//! A tmpfs skeleton holds each top-level directory of the host as an overlay
//! whose upper layer lies on another tmpfs. No file system of the host is
//! mounted itself where an overlay is possible: root could make it read-only
//! for the whole machine (`mount -o remount,ro`).

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};

use nix::mount::{MsFlags, mount};

use super::limits::disk_limit;
use super::machine::{Machine, Mode, Steps};
use super::mounts::{Mount, mounts};
use super::switch::{mark, switch, verify};
use super::sys::set_read_only;
use super::{dev, kernel};

/// Where the new root is put together, hidden from the host by the mount
/// namespace.
const STORE: &str = "/tmp";
const ROOT: &str = "/tmp/root";

/// Top-level entries that are new on a workbench; the last two are those of a
/// workbench that this one is made on.
pub const FRESH: [&str; 8] = [
    "dev",
    "proc",
    "run",
    "sys",
    "tmp",
    "lost+found",
    ".workbench",
    ".shown",
];

/// File systems that are interfaces, not storage: their mount points stay
/// empty directories.
const INTERFACES: [&str; 19] = [
    "autofs",
    "binfmt_misc",
    "bpf",
    "cgroup",
    "cgroup2",
    "configfs",
    "debugfs",
    "devpts",
    "devtmpfs",
    "efivarfs",
    "fusectl",
    "hugetlbfs",
    "mqueue",
    "nsfs",
    "proc",
    "pstore",
    "rpc_pipefs",
    "securityfs",
    "sysfs",
];

/// The largest file that is copied where it cannot be overlaid, in bytes.
const COPY: u64 = MIB;

const MIB: u64 = 1 << 20;

/// What the root is made from, looked up before the host is out of sight.
pub struct Maker<'a> {
    pub steps: &'a Steps,
    mode: Mode,
    mounts: Vec<Mount>,
    overlays: u32,
}

/// Builds the root, moves into it and proves it. `nonce` is any text no other
/// run uses; `shown` are files and directories of the host's to
/// show at the same path; `delegated` says whether a user's workbench has a
/// cgroup of its own.
pub fn enter(
    steps: &Steps,
    mode: Mode,
    nonce: &str,
    shown: &[PathBuf],
    delegated: bool,
) -> Result<(), Machine> {
    let mut maker = Maker {
        steps,
        mode,
        mounts: steps.step("read the mount table", mounts)?,
        overlays: 0,
    };
    let sources = maker.look_up(shown)?;
    let interfaces = kernel::look(steps, delegated)?;

    let store = format!("size={},nr_inodes=200k,mode=755", disk_limit(4, 256 * MIB));
    steps.step("tmpfs for the copies", || tmpfs(Path::new(STORE), &store))?;
    steps.step("directory of the root", || fs::create_dir(ROOT))?;
    steps.step("tmpfs of the root", || {
        tmpfs(Path::new(ROOT), "size=16m,nr_inodes=10k,mode=755")
    })?;
    let expected = steps.step("mark the root", || mark(Path::new(ROOT), nonce))?;

    maker.top()?;
    maker.below()?;
    for (name, size, options) in [
        ("tmp", disk_limit(4, 256 * MIB), "nr_inodes=100k,mode=1777"),
        ("run", disk_limit(8, 64 * MIB), "nr_inodes=50k,mode=755"),
    ] {
        let options = format!("size={size},{options}");
        let point = Path::new(ROOT).join(name);
        steps.step(format!("directory /{name}"), || fs::create_dir(&point))?;
        steps.step(format!("tmpfs on /{name}"), || tmpfs(&point, &options))?;
    }
    let lock = Path::new(ROOT).join("run/lock");
    steps.step("directory /run/lock", || fs::create_dir(lock))?;
    maker.show(&sources)?;
    dev::make(steps, mode, Path::new(ROOT))?;
    kernel::make(steps, mode, Path::new(ROOT), &interfaces)?;

    switch(steps, Path::new(ROOT))?;
    steps.step("prove the root", || verify(nonce, expected))
}

impl Maker<'_> {
    /// Each entry of the host's `/`, in its way.
    fn top(&mut self) -> Result<(), Machine> {
        let entries = self.steps.step("list /", || {
            fs::read_dir("/")?.collect::<io::Result<Vec<_>>>()
        })?;
        for entry in entries {
            let name = entry.file_name();
            let (from, to) = (entry.path(), Path::new(ROOT).join(&name));
            if FRESH.iter().any(|fresh| name == *fresh) {
                continue;
            }
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            if kind.is_symlink() {
                self.steps.step(format!("copy {}", from.display()), || {
                    symlink(fs::read_link(&from)?, &to)
                })?;
            } else if kind.is_dir() {
                self.steps
                    .step(format!("directory {}", from.display()), || {
                        fs::create_dir(&to)
                    })?;
                let bound = self.overlay_or_bind(&from, &to)?;
                if bound {
                    // A recursive bind has shown all mounts below already.
                    self.mounts.retain(|mount| !mount.point.starts_with(&from));
                }
            } else if kind.is_file() {
                self.steps.step(format!("copy {}", from.display()), || {
                    copy_small(&from, &to)
                })?;
            }
        }
        Ok(())
    }

    /// The host's mounts below the top-level directories: an overlay shows
    /// only what its lower directory's own mount holds.
    fn below(&mut self) -> Result<(), Machine> {
        let points: Vec<Mount> = self.mounts.clone();
        let mut done: Vec<PathBuf> = Vec::new();
        for Mount { point, kind, .. } in points {
            let mut parts = point.components().skip(1);
            let fresh = parts
                .next()
                .is_none_or(|top| FRESH.iter().any(|name| top.as_os_str() == *name));
            let top_level = parts.next().is_none();
            if fresh || top_level || INTERFACES.contains(&kind.as_str()) {
                continue;
            }
            // Mounted over again, or below something bound with its mounts.
            if done.contains(&point) {
                continue;
            }
            let to = in_root(&point);
            // What another mount hides, or its user denies root, is left out.
            let (Ok(from), Ok(there)) = (fs::metadata(&point), fs::metadata(&to)) else {
                continue;
            };
            if from.is_dir() && there.is_dir() {
                self.overlay_or_bind(&point, &to)?;
            } else if from.is_file() && there.is_file() {
                let step = format!("copy {}", point.display());
                self.steps.step(step, || copy_small(&point, &to))?;
            }
            done.push(point);
        }
        Ok(())
    }

    /// Shows the directory `from` at `to`. True when it could only be bound,
    /// read-only, with the mounts below it: the kernel refuses an overlay of
    /// what has mounts locked by a user namespace, of an overlay of overlays,
    /// and of some file systems; all of them by EINVAL.
    pub fn overlay_or_bind(&mut self, from: &Path, to: &Path) -> Result<bool, Machine> {
        let plain = !from
            .as_os_str()
            .as_encoded_bytes()
            .iter()
            .any(|byte| b"\\:,".contains(byte));
        if plain {
            let name = format!("overlay of {}", from.display());
            let result = self.steps.step(name, || self.overlay(from, to));
            self.overlays += 1;
            match result {
                Err(machine) if machine.errno == Some(libc::EINVAL) => {}
                other => return other.map(|()| false),
            }
        }
        self.steps.step(
            format!("read-only {}", from.display()),
            || -> io::Result<()> {
                let flags = MsFlags::MS_BIND | MsFlags::MS_REC;
                mount(Some(from), to, None::<&str>, flags, None::<&str>)?;
                set_read_only(to, true, true)
            },
        )?;
        Ok(true)
    }

    fn overlay(&self, from: &Path, to: &Path) -> io::Result<()> {
        let layer = Path::new(STORE).join(self.overlays.to_string());
        let (upper, work) = (layer.join("upper"), layer.join("work"));
        fs::create_dir(&layer)?;
        fs::create_dir(&upper)?;
        fs::create_dir(&work)?;
        // The merged directory has the upper one's owner and mode.
        let like = fs::metadata(from)?;
        if self.mode == Mode::Root {
            chown(&upper, Some(like.uid()), Some(like.gid()))?;
        }
        fs::set_permissions(&upper, like.permissions())?;
        let userxattr = if self.mode == Mode::User {
            ",userxattr"
        } else {
            ""
        };
        let options = format!(
            "lowerdir={},upperdir={},workdir={}{userxattr}",
            from.display(),
            upper.display(),
            work.display(),
        );
        let none = MsFlags::empty();
        Ok(mount(
            Some("workbench"),
            to,
            Some("overlay"),
            none,
            Some(options.as_str()),
        )?)
    }
}

/// `/usr` as it is reached before the switch.
pub fn in_root(path: &Path) -> PathBuf {
    Path::new(ROOT).join(path.strip_prefix("/").unwrap_or(path))
}

/// Mounts a tmpfs of limited size.
pub fn tmpfs(point: &Path, options: &str) -> io::Result<()> {
    let flags = MsFlags::MS_NOSUID;
    Ok(mount(
        Some("workbench"),
        point,
        Some("tmpfs"),
        flags,
        Some(options),
    )?)
}

/// Copies a file if it is small, else leaves an empty one in its place.
fn copy_small(from: &Path, to: &Path) -> io::Result<()> {
    let like = fs::metadata(from)?;
    let text = match like.len() <= COPY {
        true => fs::read(from).unwrap_or_default(),
        false => Vec::new(),
    };
    fs::write(to, text)?;
    fs::set_permissions(to, fs::Permissions::from_mode(like.mode() & 0o777))
}
