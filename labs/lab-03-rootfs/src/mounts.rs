//! What a program expects to find mounted: the kernel's file systems, and a
//! `/dev` of its own.

use std::os::fd::{AsFd, BorrowedFd};
use std::path::Path;

use namespaces::Failure;
use namespaces::failure::During;
use nix::errno::Errno;
use nix::mount::{MsFlags, mount};

use crate::{place, sys};

/// One file system in the container.
#[derive(Clone, Copy, Debug)]
pub struct Mount {
    /// Its type, as `/proc/filesystems` has it.
    pub kind: &'static str,
    /// Where it is seen inside.
    pub point: &'static str,
    pub flags: MsFlags,
    /// Options of the file system, separated by commas.
    pub options: &'static str,
}

const NO_SUID: MsFlags = MsFlags::MS_NOSUID;
const NOTHING_RUNS: MsFlags = MsFlags::MS_NOSUID.union(MsFlags::MS_NOEXEC);
const QUIET: MsFlags = NOTHING_RUNS.union(MsFlags::MS_NODEV);

/// In this order: `/dev` before what is below it. The names and the flags are
/// those of the OCI runtime specification (config-linux.md, "Default
/// Filesystems").
pub const MOUNTS: [Mount; 5] = [
    Mount {
        kind: "proc",
        point: "/proc",
        flags: QUIET,
        options: "",
    },
    Mount {
        kind: "sysfs",
        point: "/sys",
        flags: QUIET.union(MsFlags::MS_RDONLY),
        options: "",
    },
    Mount {
        kind: "tmpfs",
        point: "/dev",
        // Here devices are wanted.
        flags: NO_SUID,
        options: "mode=755,size=64k",
    },
    Mount {
        kind: "devpts",
        point: "/dev/pts",
        flags: NOTHING_RUNS,
        // An instance of its own: the host's terminals are not in it.
        options: "newinstance,ptmxmode=0666,mode=0620",
    },
    Mount {
        kind: "tmpfs",
        point: "/dev/shm",
        flags: QUIET,
        options: "mode=1777,size=64m",
    },
];

/// Mounts all of them in the image. Called while the old root is there: once it
/// is gone, the kernel grants a user namespace no new `/proc` and `/sys`,
/// because none is left that it could see already (fs/namespace.c,
/// `mount_too_revealing`).
pub fn mount_all(root: BorrowedFd) -> Result<(), Failure> {
    for wanted in &MOUNTS {
        match mount_one(root, wanted) {
            Err(refused)
                if wanted.kind == "sysfs" && refused.errno == Some(Errno::EPERM as i32) =>
            {
                bind_sys(root, wanted)?
            }
            done => done?,
        }
    }
    Ok(())
}

/// Mounts one file system at its place in the image, and nowhere else.
pub fn mount_one(root: BorrowedFd, wanted: &Mount) -> Result<(), Failure> {
    // ANCHOR: mount
    todo!(
        "Mount one file system at its place in the image, and nowhere else. (chapter: task-5-the-kernels-file-systems)"
    )
    // ANCHOR_END: mount
}

/// A new `/sys` shows the network namespace it is mounted in, and only that
/// namespace's owner may. Who shares the host's network gets the host's `/sys`.
fn bind_sys(root: BorrowedFd, wanted: &Mount) -> Result<(), Failure> {
    let point = Path::new(wanted.point);
    let place = place::directory(root, point)?;
    let all_below = MsFlags::MS_BIND | MsFlags::MS_REC;
    let (from, to) = (Some(point), &place.path());
    mount(from, to, None::<&str>, all_below, None::<&str>).during("bind", wanted.point)?;
    // Opened anew: the old descriptor stands for what is below the mount.
    let mounted = place::directory(root, point)?;
    sys::set_read_only(mounted.as_fd(), true).during("make read-only", wanted.point)
}
