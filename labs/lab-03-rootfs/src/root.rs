//! The directory that becomes the root.

use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use namespaces::Failure;
use namespaces::failure::During;
use nix::fcntl::{OFlag, open};
use nix::mount::{MsFlags, mount};
use nix::sys::stat::Mode;

/// The directory `path` with an absolute path without links, or why it can't
/// be a container's root.
pub fn find(path: &Path) -> Result<PathBuf> {
    let shown = path.display();
    let found = path
        .canonicalize()
        .with_context(|| format!("root file system {shown}"))?;
    ensure!(
        found.is_dir(),
        "root file system {shown}: it is not a directory"
    );
    ensure!(
        found != Path::new("/"),
        "root file system {shown}: that is this machine's own root; leave --rootfs out"
    );
    Ok(found)
}

/// A descriptor of the root, from which paths inside are resolved. It has to be
/// opened anew when something has been mounted on the directory: it stands for
/// what was there when it was opened.
pub fn open_root(path: &Path) -> Result<OwnedFd, Failure> {
    let flags = OFlag::O_PATH | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
    open(path, flags, Mode::empty()).during("open", path.display())
}

/// Makes the directory a mount point, with all that is mounted below it:
/// pivot_root(2) takes nothing else.
pub fn bind(root: &Path) -> Result<(), Failure> {
    // ANCHOR: own_mount
    todo!(
        "Make the directory a mount point, with all that is mounted below it. (chapter: task-2-a-mount-of-its-own)"
    )
    // ANCHOR_END: own_mount
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_no_root_is_refused_with_its_name() {
        for (path, reason) in [
            ("/absent", "No such file"),
            ("/dev/null", "not a directory"),
            ("/usr/..", "own root"),
        ] {
            let refused = format!("{:#}", find(Path::new(path)).expect_err(path));
            assert!(
                refused.contains(path) && refused.contains(reason),
                "{refused}"
            );
        }
    }
}
