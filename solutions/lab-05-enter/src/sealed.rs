//! A program that can't be overwritten from inside a container.
//!
//! Until exec, a process that enters a container runs the runtime's program,
//! and a container may ask it to be that once more: a command `/proc/self/exe`,
//! or a script that begins with `#!/proc/self/exe`, starts the host's file
//! again, inside. `/proc/PID/exe` of it is a door to that file, which no mount
//! hides: whoever is root inside can hold it open, wait for the runtime's end,
//! and write to it (CVE-2019-5736). The next user of the runtime then runs what
//! was written, as root of the host.
//!
//! So what goes in is the same file by another way, on which nobody can write: a
//! mount of its own, read-only. Until its descriptor is closed it stands in a
//! mount namespace without a name, and whoever has the descriptor can change it.
//! Exec closes it, before the program's first instruction; from then on the mount
//! stands in no namespace, and whoever wants to change it is told EINVAL. A copy in
//! memory that is sealed does as well.

use std::convert::Infallible;
use std::ffi::CString;
use std::fs::{self, File};
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::MetadataExt;

use anyhow::{Context, Result, ensure};
use nix::fcntl::{AT_FDCWD, AtFlags, FcntlArg, OFlag, SealFlag, fcntl, openat};
use nix::sys::stat::{Mode, fstat};
use nix::sys::statvfs::{FsFlags, fstatvfs};
use nix::unistd::execveat;
use rootfs::sys::set_read_only;

use crate::sys;

/// The program of this process.
const OWN: &str = "/proc/self/exe";

/// Goes on as this program by a way that nobody can write on, unless this process
/// does so already. The command line begins anew: call it before anything is done.
pub fn go_on_sealed() -> Result<()> {
    let own = openat(
        AT_FDCWD,
        OWN,
        OFlag::O_RDONLY | OFlag::O_CLOEXEC,
        Mode::empty(),
    );
    let own = File::from(own.context("open our own program")?);
    if is_sealed(&own)? {
        return Ok(());
    }
    let sealed = seal(own).context("seal our own program")?;
    // Before it goes in; and one that isn't would make another, for ever.
    ensure!(
        is_sealed(&sealed)?,
        "what goes in of our own program can be written to"
    );
    match become_program(&sealed)? {}
}

/// Can nobody write to the open file, whoever has it? For a mount that holds when
/// its own descriptor is closed.
fn is_sealed(file: impl AsFd) -> Result<bool> {
    let wanted = SealFlag::F_SEAL_WRITE | SealFlag::F_SEAL_SHRINK | SealFlag::F_SEAL_GROW;
    // An ordinary file has no seals: EINVAL.
    let seals = fcntl(&file, FcntlArg::F_GET_SEALS).unwrap_or(0);
    if SealFlag::from_bits_retain(seals).contains(wanted) {
        return Ok(true);
    }
    let read_only = fstatvfs(&file)?.flags().contains(FsFlags::ST_RDONLY);
    Ok(read_only && is_nowhere(&file)?)
}

/// Whether the open file was reached by a mount that is in no mount namespace:
/// the path that the kernel tells of it doesn't lead there. A mount that is in
/// one can be made writable again, by whoever is root there. A program that was
/// deleted, or that another mount covers, isn't told apart where it lies on a
/// read-only mount; only the host's root gets it there.
fn is_nowhere(file: impl AsFd) -> io::Result<bool> {
    let path = fs::read_link(format!("/proc/self/fd/{}", file.as_fd().as_raw_fd()))?;
    let found = fstat(&file)?;
    let there = fs::metadata(path);
    Ok(!there.is_ok_and(|there| (there.dev(), there.ino()) == (found.st_dev, found.st_ino)))
}

/// The program by a way on which nobody can write to it: neither now, nor by
/// changing the way, whoever has it open.
pub fn seal(program: File) -> Result<OwnedFd> {
    // ANCHOR: seal
    let own_way = sys::clone_mount(program.as_fd())?;
    // Of this way only: on the host's the file can still be replaced.
    set_read_only(own_way.as_fd(), false)?;
    Ok(own_way)
    // ANCHOR_END: seal
}

/// Becomes the program in `file`, with the arguments and the environment of
/// this process.
fn become_program(file: &OwnedFd) -> Result<Infallible> {
    let text = |text: std::ffi::OsString| CString::new(text.into_vec());
    let arguments: Result<Vec<_>, _> = std::env::args_os().map(text).collect();
    let variables = std::env::vars_os().map(|(name, value)| {
        let mut setting = name;
        setting.push("=");
        setting.push(value);
        text(setting)
    });
    let variables: Result<Vec<_>, _> = variables.collect();
    let flags = AtFlags::AT_EMPTY_PATH;
    execveat(file.as_fd(), c"", &arguments?, &variables?, flags)
        .context("go on as our own program, sealed")
}

#[cfg(test)]
mod tests {
    use nix::sys::memfd::{MFdFlags, memfd_create};

    use super::*;

    #[test]
    fn a_copy_in_memory_is_sealed_when_it_has_the_seals() -> Result<()> {
        assert!(!is_sealed(File::open(OWN)?)?);
        let flags = MFdFlags::MFD_CLOEXEC | MFdFlags::MFD_ALLOW_SEALING;
        let copy = memfd_create(c"program", flags)?;
        assert!(!is_sealed(&copy)?);
        fcntl(&copy, FcntlArg::F_ADD_SEALS(SealFlag::all()))?;
        assert!(is_sealed(&copy)?);
        Ok(())
    }
}
