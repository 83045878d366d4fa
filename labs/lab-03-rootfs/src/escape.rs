//! The way out of a chroot, for whoever is root in it.
//!
//! The kernel keeps a process below its root by looking, at each `..`, whether
//! it stands in the root. Somebody who already stands outside never meets it.
//! chroot(2) doesn't change where a process stands; so a second chroot, into a
//! directory below, leaves it outside of its own root, and from there `..`
//! leads up to the real one.

use std::path::Path;

use namespaces::Failure;
use namespaces::failure::During;
use nix::errno::Errno;
use nix::sys::stat::Mode;
use nix::unistd::{chdir, chroot, mkdir};

/// The directory that is made to be the second root.
const BELOW: &str = "below";

/// More levels than any root lies deep; `..` in the real root is the root.
const LEVELS: usize = 64;

/// Leaves the chroot this process is in, if it is in one: afterwards `/` is the
/// root of its mount namespace.
pub fn escape() -> Result<(), Failure> {
    chdir("/").during("chdir", "/")?;
    match mkdir(BELOW, Mode::from_bits_truncate(0o700)) {
        Ok(()) | Err(Errno::EEXIST) => {}
        Err(errno) => return Err(errno).during("mkdir", BELOW),
    }
    // Where we stand stays as it is: outside.
    chroot(BELOW).during("chroot", BELOW)?;
    for _ in 0..LEVELS {
        chdir("..").during("chdir", "..")?;
    }
    chroot(Path::new(".")).during("chroot", ".")
}
