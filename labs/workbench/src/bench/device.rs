//! A `/dev` with what programs need, and no disk.

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use nix::mount::MsFlags;
use nix::sys::stat::{Mode, SFlag, makedev, mknod};

use super::machine::{At, Machine};
use super::mounts::{bind, mount_new};

const STEP: &str = "make /dev";

/// Character devices by name, with their numbers (Documentation/admin-guide/
/// devices.txt of the kernel).
pub(super) const NODES: [(&str, u32, u32); 8] = [
    ("null", 1, 3),
    ("zero", 1, 5),
    ("full", 1, 7),
    ("random", 1, 8),
    ("urandom", 1, 9),
    ("tty", 5, 0),
    ("net/tun", 10, 200),
    ("fuse", 10, 229),
];

/// Fills `dev`, an empty directory of the new root.
pub(super) fn make(dev: &Path, root_user: bool) -> Result<(), Machine> {
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NOEXEC;
    mount_new(STEP, "tmpfs", dev, flags, "size=1m,mode=755")?;
    for directory in ["pts", "shm", "net", "mqueue"] {
        fs::create_dir(dev.join(directory)).at(STEP, directory)?;
    }
    for (name, major, minor) in NODES {
        let node = dev.join(name);
        let host = Path::new("/dev").join(name);
        if root_user {
            let mode = Mode::from_bits_truncate(0o666);
            mknod(
                &node,
                SFlag::S_IFCHR,
                mode,
                makedev(major.into(), minor.into()),
            )
            .at(STEP, name)?;
            // The mask of the caller took some away.
            fs::set_permissions(&node, fs::Permissions::from_mode(0o666)).at(STEP, name)?;
        } else if host.exists() {
            // Device nodes made in a user namespace are dead: borrow the host's.
            File::create(&node).at(STEP, name)?;
            bind(STEP, &host, &node)?;
        }
    }
    let options = "newinstance,ptmxmode=0666,mode=620";
    mount_new(STEP, "devpts", &dev.join("pts"), flags, options)?;
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
    mount_new(STEP, "tmpfs", &dev.join("shm"), flags, "size=64m,mode=1777")?;
    for (name, target) in [
        ("ptmx", "pts/ptmx"),
        ("fd", "/proc/self/fd"),
        ("stdin", "/proc/self/fd/0"),
        ("stdout", "/proc/self/fd/1"),
        ("stderr", "/proc/self/fd/2"),
    ] {
        symlink(target, dev.join(name)).at(STEP, name)?;
    }
    Ok(())
}
