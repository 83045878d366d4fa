//! The way into a container that runs: the namespaces of its process, its root,
//! its cgroup.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::MetadataExt;

use cgroups::file;
use cgroups::group::Group;
use namespaces::failure::During;
use namespaces::sys::{self, Cloned};
use namespaces::{Failure, Namespace};
use nix::fcntl::{OFlag, open};
use nix::sched::{CloneFlags, setns};
use nix::sys::stat::Mode;
use nix::unistd::{Gid, Pid, Uid, chroot, fchdir, setresgid, setresuid};

/// All kinds, in an order in which they can be joined: the user namespace first,
/// which gives the right to join the others; the mount namespace last, for after
/// it every path leads into the container.
pub const ORDER: [Namespace; 7] = [
    Namespace::User,
    Namespace::Pid,
    Namespace::Cgroup,
    Namespace::Ipc,
    Namespace::Uts,
    Namespace::Net,
    Namespace::Mount,
];

/// Everything that has to be opened before one goes in.
#[derive(Debug)]
pub struct Door {
    /// The container's process, as it is numbered here.
    pub pid: Pid,
    /// Those of its namespaces that aren't ours.
    pub namespaces: BTreeMap<Namespace, OwnedFd>,
    /// The directory where its paths begin.
    pub root: OwnedFd,
}

impl Door {
    /// Opens what leads into the container of this process. It must be known
    /// that the process lives, also after this.
    pub fn open(pid: Pid) -> Result<Door, Failure> {
        let path = format!("/proc/{pid}/root");
        let flags = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
        Ok(Door {
            pid,
            namespaces: differing(pid)?,
            root: open(path.as_str(), flags, Mode::empty()).during("open", path)?,
        })
    }
}

/// Opens the namespaces of `pid` that aren't those of this process: files in
/// `/proc/PID/ns`, of which two stand for the same namespace when they have the
/// same device and inode number (namespaces(7)). A kind that this kernel doesn't
/// know has no file.
pub fn differing(pid: Pid) -> Result<BTreeMap<Namespace, OwnedFd>, Failure> {
    // ANCHOR: differing
    let mut differing = BTreeMap::new();
    for namespace in ORDER {
        let kind = namespace.file();
        let (ours, path) = (
            format!("/proc/self/ns/{kind}"),
            format!("/proc/{pid}/ns/{kind}"),
        );
        let own = match fs::metadata(&ours) {
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            own => own.during("look at", ours)?,
        };
        let theirs = fs::File::open(&path).during("open", &path)?;
        let found = theirs.metadata().during("look at", &path)?;
        if (found.dev(), found.ino()) != (own.dev(), own.ino()) {
            differing.insert(namespace, theirs.into());
        }
    }
    Ok(differing)
    // ANCHOR_END: differing
}

/// Makes the process that goes in. It is a child of this one, and stands in the
/// container's user and pid namespace from its first moment; everything else it
/// does itself, in [`step_in`].
///
/// A process never changes its pid namespace: setns(2) with one says where the
/// caller's *children* will be.
pub fn fork_through(door: &Door) -> Result<Cloned, Failure> {
    // ANCHOR: fork
    for namespace in [Namespace::User, Namespace::Pid] {
        if let Some(descriptor) = door.namespaces.get(&namespace) {
            setns(descriptor, namespace.flag()).during("setns", namespace.file())?;
        }
    }
    sys::clone3(CloneFlags::empty(), None).during("clone", "the command")
    // ANCHOR_END: fork
}

/// Puts a process into the container's cgroup, in every hierarchy, while it
/// waits: a number, written to the file `cgroup.procs` of each directory. What
/// it does from then on is counted there and limited there.
pub fn admit(group: &Group, process: Pid) -> Result<(), Failure> {
    // ANCHOR: admit
    for directory in group.directories() {
        file::write(directory, "cgroup.procs", process)?;
    }
    Ok(())
    // ANCHOR_END: admit
}

/// Joins the rest of the namespaces, the mount namespace last. User and pid
/// namespace are those of the caller already.
pub fn step_in(door: &Door) -> Result<(), Failure> {
    // ANCHOR: step_in
    for namespace in ORDER {
        if [Namespace::User, Namespace::Pid].contains(&namespace) {
            continue;
        }
        if let Some(descriptor) = door.namespaces.get(&namespace) {
            setns(descriptor, namespace.flag()).during("setns", namespace.file())?;
        }
    }
    Ok(())
    // ANCHOR_END: step_in
}

/// Stands in the container's root. Joining a mount namespace leads to the root
/// of that, which is another than the container's where that was changed by
/// chroot.
pub fn stand_in_root(door: &Door) -> Result<(), Failure> {
    fchdir(door.root.as_fd()).during("enter", "the container's root")?;
    chroot(".").during("chroot", "the container's root")?;
    if door.namespaces.contains_key(&Namespace::User) {
        // In a user namespace that was joined one has the ids one came with.
        let (uid, gid) = (Uid::from_raw(0), Gid::from_raw(0));
        setresgid(gid, gid, gid).during("setresgid", "0")?;
        setresuid(uid, uid, uid).during("setresuid", "0")?;
    }
    Ok(())
}
