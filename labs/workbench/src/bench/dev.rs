//! A `/dev` with nothing in it that stores, and the usual links.

use std::fs;
use std::io;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use nix::mount::{MsFlags, mount};
use nix::sys::stat::{Mode as FileMode, SFlag, makedev, mknod};

use super::limits::disk_limit;
use super::machine::{Machine, Mode, Steps};
use super::root::tmpfs;

/// Name, major, minor; and whether a machine may lack it.
const NODES: [(&str, u64, u64, bool); 8] = [
    ("null", 1, 3, false),
    ("zero", 1, 5, false),
    ("full", 1, 7, false),
    ("random", 1, 8, false),
    ("urandom", 1, 9, false),
    ("tty", 5, 0, false),
    ("fuse", 10, 229, true),
    ("net/tun", 10, 200, true),
];

const LINKS: [(&str, &str); 5] = [
    ("ptmx", "pts/ptmx"),
    ("fd", "/proc/self/fd"),
    ("stdin", "/proc/self/fd/0"),
    ("stdout", "/proc/self/fd/1"),
    ("stderr", "/proc/self/fd/2"),
];

/// Makes `/dev` under `root`. As root the nodes are made; in a user namespace
/// nobody may, so the host's are bound.
pub fn make(steps: &Steps, mode: Mode, root: &Path) -> Result<(), Machine> {
    let dev = root.join("dev");
    steps.step("directory /dev", || fs::create_dir(&dev))?;
    steps.step("tmpfs on /dev", || tmpfs(&dev, "size=1m,mode=755"))?;
    steps.step("directories of /dev", || {
        ["net", "pts", "shm"]
            .iter()
            .try_for_each(|name| fs::create_dir(dev.join(name)))
    })?;
    for (name, major, minor, optional) in NODES {
        let (host, node) = (Path::new("/dev").join(name), dev.join(name));
        if optional && !host.exists() {
            continue;
        }
        steps.step(format!("device /dev/{name}"), || match mode {
            Mode::Root => {
                let all = FileMode::from_bits_truncate(0o666);
                mknod(&node, SFlag::S_IFCHR, all, makedev(major, minor))?;
                fs::set_permissions(&node, fs::Permissions::from_mode(0o666))
            }
            Mode::User => bind_file(&host, &node),
        })?;
    }
    for (name, target) in LINKS {
        steps.step(format!("link /dev/{name}"), || {
            symlink(target, dev.join(name))
        })?;
    }
    steps.step("devpts on /dev/pts", || {
        let flags = MsFlags::MS_NOSUID | MsFlags::MS_NOEXEC;
        let options = "newinstance,ptmxmode=0666,mode=0620";
        mount(
            Some("devpts"),
            &dev.join("pts"),
            Some("devpts"),
            flags,
            Some(options),
        )
    })?;
    steps.step("tmpfs on /dev/shm", || {
        let size = disk_limit(8, 64 << 20);
        tmpfs(
            &dev.join("shm"),
            &format!("size={size},nr_inodes=10k,mode=1777"),
        )
    })
}

fn bind_file(from: &Path, to: &Path) -> io::Result<()> {
    fs::write(to, "")?;
    Ok(mount(
        Some(from),
        to,
        None::<&str>,
        MsFlags::MS_BIND,
        None::<&str>,
    )?)
}
