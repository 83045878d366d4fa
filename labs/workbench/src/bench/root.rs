//! The root of a workbench: every directory of the host under a throw-away
//! upper layer, and fresh ones where programs leave their traces.
//!
//! An overlay of `/` itself would hide what the host has mounted below it, and
//! is refused in a user namespace because those mounts are locked. One overlay
//! for each top-level directory works for root and for an ordinary user.

use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sys::statfs::{TMPFS_MAGIC, statfs};
use nix::unistd::{chdir, pivot_root};

use super::keeper::Order;
use super::machine::{At, Machine};
use super::mounts::{bind, bind_read_only, mount_new, mount_points};
use super::step::Broken;
use super::{MARKER, cgroup, device};

/// Where the parts are put together. Nothing of the host's `/sys` is needed in
/// this mount namespace any more, and no program lives there.
const STAGE: &str = "/sys";
/// Top-level directories that get no overlay.
const FRESH: [&str; 6] = ["proc", "sys", "dev", "tmp", "run", "lost+found"];
/// What upper layers, `/tmp` and `/run` may hold.
const ROOM: &str = "size=256m,nr_inodes=50000,mode=755";

/// Builds the root and switches to it.
pub(super) fn build(order: &Order, root_user: bool, broken: &Broken) -> Result<(), Machine> {
    let nonce = nonce()?;
    let hierarchies = cgroup::hierarchies()?;
    let nothing = None::<&str>;
    broken.at("make mounts private")?;
    let private = MsFlags::MS_REC | MsFlags::MS_PRIVATE;
    mount(nothing, "/", nothing, private, nothing).at("make mounts private", "/")?;
    let points = mount_points()?;

    broken.at("mount the stage")?;
    let stage = Path::new(STAGE);
    mount_new("mount the stage", "tmpfs", stage, MsFlags::empty(), ROOM)?;
    let root = stage.join("root");
    let upper = stage.join("upper");
    for directory in [&root, &upper] {
        fs::create_dir(directory).at("mount the stage", directory.display())?;
    }
    broken.at("mount the root")?;
    mount_new(
        "mount the root",
        "tmpfs",
        &root,
        MsFlags::empty(),
        "size=1m,mode=755",
    )?;

    broken.at("overlay directories")?;
    let overlays = Overlays {
        root: &root,
        upper: &upper,
        root_user,
    };
    overlays.top_level()?;
    for (point, kind) in &points {
        overlays.below(point, kind)?;
    }
    broken.at("mount /proc")?;
    proc(&root)?;
    broken.at("mount /sys")?;
    sys(&root)?;
    broken.at("mount cgroups")?;
    cgroup::mount_all(&hierarchies, &root.join("sys/fs/cgroup"), root_user)?;
    broken.at("make /dev")?;
    make_directory(&root, "dev")?;
    device::make(&root.join("dev"), root_user)?;
    broken.at("mount /tmp")?;
    for (name, mode) in [("tmp", "1777"), ("run", "755")] {
        make_directory(&root, name)?;
        let options = format!("size=256m,nr_inodes=50000,mode={mode}");
        mount_new(
            "mount /tmp",
            "tmpfs",
            &root.join(name),
            MsFlags::empty(),
            &options,
        )?;
    }
    for path in &order.paths {
        show(path, &root)?;
    }
    let marker = root.join(MARKER.trim_start_matches('/'));
    fs::write(&marker, &nonce).at("mount the root", "marker")?;

    broken.at("switch the root")?;
    switch_to(&root)?;
    broken.at("verify the root")?;
    verify(&nonce)
}

struct Overlays<'a> {
    root: &'a Path,
    upper: &'a Path,
    root_user: bool,
}

impl Overlays<'_> {
    fn top_level(&self) -> Result<(), Machine> {
        let step = "overlay directories";
        for entry in fs::read_dir("/").at(step, "/")? {
            let entry = entry.at(step, "/")?;
            let name = entry.file_name();
            let (source, target) = (entry.path(), self.root.join(&name));
            let kind = entry.file_type().at(step, source.display())?;
            if FRESH.iter().any(|fresh| name == *fresh) {
                continue;
            }
            if kind.is_symlink() {
                let link = fs::read_link(&source).at(step, source.display())?;
                symlink(link, &target).at(step, target.display())?;
            } else if kind.is_dir() {
                fs::create_dir(&target).at(step, target.display())?;
                self.overlay(&source, &target)?;
            }
        }
        Ok(())
    }

    /// What the host has mounted below a directory isn't seen through an
    /// overlay of that directory.
    fn below(&self, point: &Path, kind: &str) -> Result<(), Machine> {
        let mut parts = point.components().skip(1);
        let top = parts.next().map(|part| part.as_os_str().to_os_string());
        let covered = top.is_none_or(|top| FRESH.iter().any(|fresh| top == *fresh));
        // A mount on a top-level directory itself is that overlay's lower layer.
        if covered || parts.next().is_none() || kind == "autofs" {
            return Ok(());
        }
        let target = self.root.join(point.strip_prefix("/").unwrap_or(point));
        // Gone meanwhile, or hidden below a directory we may not enter.
        let Ok(found) = fs::metadata(point) else {
            return Ok(());
        };
        if fs::metadata(&target).is_err() {
            return Ok(());
        }
        match found.is_dir() {
            true => self.overlay(point, &target),
            false => bind_read_only("overlay directories", point, &target),
        }
    }

    /// An overlay, or where that is refused the same files read-only.
    fn overlay(&self, source: &Path, target: &Path) -> Result<(), Machine> {
        let name = source.to_string_lossy();
        // These would need escapes in the options.
        if !name.contains([':', ',', '\\']) && self.writable(source, target, &name).is_ok() {
            return Ok(());
        }
        bind_read_only("overlay directories", source, target)
    }

    fn writable(&self, source: &Path, target: &Path, name: &str) -> Result<(), Machine> {
        let layer = self
            .upper
            .join(name.trim_start_matches('/').replace('/', "%"));
        let (upper, work) = (layer.join("upper"), layer.join("work"));
        for directory in [&upper, &work] {
            fs::create_dir_all(directory).at("overlay directories", directory.display())?;
        }
        // The merged directory has the mode of its upper one.
        if let Ok(found) = fs::metadata(source) {
            let _ = fs::set_permissions(&upper, found.permissions());
        }
        let xattr = if self.root_user { "" } else { ",userxattr" };
        let options = format!(
            "lowerdir={name},upperdir={},workdir={}{xattr}",
            upper.display(),
            work.display()
        );
        mount_new(
            "overlay directories",
            "overlay",
            target,
            MsFlags::empty(),
            &options,
        )
    }
}

/// A `/proc` of this pid namespace, what reaches the kernel as a whole closed.
fn proc(root: &Path) -> Result<(), Machine> {
    let step = "mount /proc";
    make_directory(root, "proc")?;
    let proc = root.join("proc");
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
    mount_new(step, "proc", &proc, flags, "")?;
    for name in ["sys", "sysrq-trigger", "irq", "bus", "fs", "acpi", "scsi"] {
        let path = proc.join(name);
        if path.exists() {
            bind_read_only(step, &path, &path)?;
        }
    }
    // The network's settings belong to the network namespace: leave them open.
    let net = proc.join("sys/net");
    bind(step, &net, &net)?;
    let nothing = None::<&str>;
    let writable = MsFlags::MS_REMOUNT | MsFlags::MS_BIND | flags;
    mount(nothing, &net, nothing, writable, nothing).at(step, "sys/net writable")?;
    for name in ["kcore", "kmsg", "keys", "timer_list"] {
        let path = proc.join(name);
        if path.exists() {
            bind(step, Path::new("/dev/null"), &path)?;
        }
    }
    Ok(())
}

/// A read-only `/sys` of this network namespace, room for cgroups in it.
fn sys(root: &Path) -> Result<(), Machine> {
    let step = "mount /sys";
    make_directory(root, "sys")?;
    let sys = root.join("sys");
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
    mount_new(step, "sysfs", &sys, flags | MsFlags::MS_RDONLY, "")?;
    let cgroups = sys.join("fs/cgroup");
    mount_new(step, "tmpfs", &cgroups, flags, "size=1m,mode=755")
}

/// Shows a directory of the host's that one of the fresh ones hides.
fn show(path: &Path, root: &Path) -> Result<(), Machine> {
    let step = "mount /tmp";
    let first = path
        .components()
        .nth(1)
        .map(|part| part.as_os_str().to_os_string());
    if first.is_none_or(|first| !FRESH.iter().any(|fresh| first == *fresh)) {
        return Ok(());
    }
    let target = root.join(path.strip_prefix("/").unwrap_or(path));
    fs::create_dir_all(&target).at(step, target.display())?;
    bind_read_only(step, path, &target)
}

fn make_directory(root: &Path, name: &str) -> Result<(), Machine> {
    let path: PathBuf = root.join(name);
    fs::create_dir(&path).at("mount the root", path.display())
}

/// pivot_root(2) with both arguments the same: the old root ends up below the
/// new one, on the same point, from where it is detached.
fn switch_to(root: &Path) -> Result<(), Machine> {
    let step = "switch the root";
    chdir(root).at(step, root.display())?;
    pivot_root(".", ".").at(step, root.display())?;
    umount2(".", MntFlags::MNT_DETACH).at(step, "the old root")?;
    chdir("/").at(step, "/")
}

/// Do we stand where we think? A tmpfs, our marker, and nothing of the stage.
fn verify(nonce: &str) -> Result<(), Machine> {
    let step = "verify the root";
    let found = fs::read_to_string(MARKER).at(step, MARKER)?;
    if found != nonce {
        return Err(Machine::new(step, "another marker", None));
    }
    if statfs("/").at(step, "/")?.filesystem_type() != TMPFS_MAGIC {
        return Err(Machine::new(step, "not a tmpfs", None));
    }
    let (own, parent) = (
        fs::metadata("/").at(step, "/")?,
        fs::metadata("/..").at(step, "/..")?,
    );
    use std::os::unix::fs::MetadataExt;
    if (own.dev(), own.ino()) != (parent.dev(), parent.ino()) {
        return Err(Machine::new(
            step,
            "there is something above the root",
            None,
        ));
    }
    Ok(())
}

fn nonce() -> Result<String, Machine> {
    let mut bytes = [0u8; 8];
    File::open("/dev/urandom")
        .and_then(|mut file| file.read_exact(&mut bytes))
        .at("mount the root", "/dev/urandom")?;
    Ok(format!("{:016x}", u64::from_ne_bytes(bytes)))
}
