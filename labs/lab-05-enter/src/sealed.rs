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
//! So what goes in is a copy: in memory, without a name, sealed.

use std::convert::Infallible;
use std::ffi::CString;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStringExt;

use anyhow::{Context, Result, ensure};
use nix::fcntl::{AT_FDCWD, AtFlags, FcntlArg, OFlag, SealFlag, fcntl, openat};
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::stat::Mode;
use nix::unistd::execveat;

/// The program of this process.
const OWN: &str = "/proc/self/exe";

/// Goes on as a sealed copy of this program, unless this process is one. The
/// command line begins anew: call it before anything is done.
pub fn go_on_sealed() -> Result<()> {
    let own = openat(
        AT_FDCWD,
        OWN,
        OFlag::O_RDONLY | OFlag::O_CLOEXEC,
        Mode::empty(),
    );
    let own = File::from(own.context("open our own program")?);
    if is_sealed(&own) {
        return Ok(());
    }
    let copy = seal(own).context("make a sealed copy of our own program")?;
    // Before it goes in; and one that isn't would make another, for ever.
    ensure!(
        is_sealed(&copy),
        "the copy of our own program can be written to"
    );
    match become_program(&copy)? {}
}

/// Can nobody write to the file any more?
fn is_sealed(file: impl AsFd) -> bool {
    let wanted = SealFlag::F_SEAL_WRITE | SealFlag::F_SEAL_SHRINK | SealFlag::F_SEAL_GROW;
    // An ordinary file has no seals: EINVAL.
    let seals = fcntl(file, FcntlArg::F_GET_SEALS).unwrap_or(0);
    SealFlag::from_bits_retain(seals).contains(wanted)
}

/// Copies `program` into a file in memory, and seals it: nobody can write to
/// it, shorten it, lengthen it, or take a seal away, whoever has it open
/// (memfd_create(2); fcntl(2), "File Sealing").
pub fn seal(mut program: File) -> Result<OwnedFd> {
    // ANCHOR: seal
    todo!(
        "Copy a program into a file in memory that nobody can write to. (chapter: task-10-a-program-nobody-can-write-to)"
    )
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
        .context("go on as a sealed copy of our own program")
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::fd::AsRawFd;

    use super::*;

    #[test]
    fn a_sealed_copy_is_the_same_and_stays_so() -> Result<()> {
        let program = File::open(OWN)?;
        let length = program.metadata()?.len();
        let copy = File::from(seal(program)?);
        assert!(is_sealed(&copy) && copy.metadata()?.len() == length);
        let again = format!("/proc/self/fd/{}", copy.as_raw_fd());
        let mut again = File::options().write(true).open(again)?;
        let refused = again.write_all(b"x").expect_err("it is sealed");
        assert_eq!(refused.kind(), io::ErrorKind::PermissionDenied);
        assert!(again.set_len(0).is_err());
        assert!(!is_sealed(&File::open(OWN)?));
        Ok(())
    }
}
