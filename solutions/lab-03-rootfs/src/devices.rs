//! The devices of a container: those that hold nothing and hide nothing.

use std::os::fd::{AsFd, BorrowedFd};
use std::path::Path;

use namespaces::Failure;
use namespaces::failure::During;
use nix::errno::Errno;
use nix::mount::{MsFlags, mount};
use nix::sys::stat::{FchmodatFlags, Mode, SFlag, fchmodat, makedev, mknodat};
use nix::unistd::symlinkat;

use crate::place;

/// A character device: its name in `/dev`, and the two numbers by which the
/// kernel knows it.
#[derive(Clone, Copy, Debug)]
pub struct Device {
    pub name: &'static str,
    pub major: u64,
    pub minor: u64,
}

const fn device(name: &'static str, major: u64, minor: u64) -> Device {
    Device { name, major, minor }
}

/// The six of the OCI runtime specification (config-linux.md, "Default
/// Devices").
pub const DEVICES: [Device; 6] = [
    device("null", 1, 3),
    device("zero", 1, 5),
    device("full", 1, 7),
    device("random", 1, 8),
    device("urandom", 1, 9),
    device("tty", 5, 0),
];

/// What else a program looks for in `/dev`, and where it leads.
const LINKS: [(&str, &str); 5] = [
    ("ptmx", "pts/ptmx"),
    ("fd", "/proc/self/fd"),
    ("stdin", "/proc/self/fd/0"),
    ("stdout", "/proc/self/fd/1"),
    ("stderr", "/proc/self/fd/2"),
];

/// Fills the `/dev` that has just been mounted.
pub fn make_all(root: BorrowedFd) -> Result<(), Failure> {
    for device in &DEVICES {
        make(root, device)?;
    }
    let dev = place::directory(root, Path::new("/dev"))?;
    for (name, target) in LINKS {
        symlinkat(target, dev.as_fd(), name).during("link", format!("/dev/{name}"))?;
    }
    Ok(())
}

/// Makes one device, readable and writable for everybody. In a user namespace
/// nobody may make devices (mknod(2), `EPERM`); there the host's is bound.
pub fn make(root: BorrowedFd, device: &Device) -> Result<(), Failure> {
    // ANCHOR: devices
    let path = Path::new("/dev").join(device.name);
    let dev = place::directory(root, Path::new("/dev"))?;
    let mode = Mode::from_bits_truncate(0o666);
    let number = makedev(device.major, device.minor);
    match mknodat(dev.as_fd(), device.name, SFlag::S_IFCHR, mode, number) {
        // mknod leaves out what the umask says.
        Ok(()) => fchmodat(dev.as_fd(), device.name, mode, FchmodatFlags::FollowSymlink)
            .during("chmod", path.display()),
        Err(Errno::EPERM) => bind_from_host(root, &path),
        Err(errno) => Err(errno).during("mknod", path.display()),
    }
    // ANCHOR_END: devices
}

/// Shows the host's device in the image, at the same path.
pub fn bind_from_host(root: BorrowedFd, path: &Path) -> Result<(), Failure> {
    let place = place::file(root, path)?;
    let to = &place.path();
    mount(Some(path), to, None::<&str>, MsFlags::MS_BIND, None::<&str>)
        .during("bind", path.display())
}
