//! Paths inside an image, which are written by somebody else.
//!
//! An image may hold `proc -> ../../../../etc`, and a runtime with root's rights
//! that mounts on `ROOTFS/proc` then mounts on the host's `/etc`. To look
//! first, and mount afterwards, is no help: what was looked at may be another
//! thing by then. So a path is resolved once, by the kernel, as if the image
//! were the root already, and what comes out is a descriptor. It stands for one
//! file or directory, whatever becomes of the names.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::time::Duration;

use namespaces::Failure;
use namespaces::failure::During;
use nix::errno::Errno;
use nix::fcntl::{OFlag, OpenHow, ResolveFlag, openat, openat2};
use nix::sys::stat::{Mode, SFlag, fstat, mkdirat};

/// Something inside the image: where a mount may go, or what is there already.
#[derive(Debug)]
pub struct Place(OwnedFd);

impl Place {
    /// A path that names it for mount(2), which takes no descriptor.
    pub fn path(&self) -> PathBuf {
        format!("/proc/self/fd/{}", self.0.as_raw_fd()).into()
    }

    pub fn is_directory(&self) -> Result<bool, Failure> {
        let found = fstat(&self.0).during("look at", self.path().display())?;
        Ok(SFlag::from_bits_truncate(found.st_mode) & SFlag::S_IFMT == SFlag::S_IFDIR)
    }
}

impl AsFd for Place {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// Opens `path` as a process with the root `root` would: `..` stops at the
/// root, and the target of a link begins there (openat2(2), Linux 5.6). The
/// descriptor names the place without opening the file (`O_PATH`), and doesn't
/// survive exec.
pub fn beneath(root: BorrowedFd, path: &Path) -> Result<OwnedFd, Errno> {
    // ANCHOR: beneath
    todo!(
        "Open a path of the image so that no link and no .. in it leads out. (chapter: task-6-paths-somebody-else-wrote)"
    )
    // ANCHOR_END: beneath
}

/// [`beneath`], asked again while the kernel is in doubt.
fn resolved(root: BorrowedFd, path: &Path) -> Result<OwnedFd, Errno> {
    undoubted(|| beneath(root, path))
}

/// How often a path is resolved before the kernel's doubt is taken for its
/// answer.
const TRIES: u32 = 100;

/// Asks `openat2` again for as long as the kernel is in doubt: when somebody
/// mounts or renames, anywhere on the machine, while a path goes up by a `..`,
/// it can't tell whether that has left the root, and says `EAGAIN`
/// (openat2(2)).
///
/// # Errors
/// Any other of `openat2`, and `EAGAIN` when it has been asked often.
pub fn undoubted<T>(openat2: impl Fn() -> Result<T, Errno>) -> Result<T, Errno> {
    for _ in 1..TRIES {
        match openat2() {
            Err(Errno::EAGAIN) => std::thread::sleep(Duration::from_millis(1)),
            answer => return answer,
        }
    }
    openat2()
}

/// What is at `path`; `None` when nothing is.
pub fn existing(root: BorrowedFd, path: &Path) -> Result<Option<Place>, Failure> {
    match resolved(root, path) {
        Ok(found) => Ok(Some(Place(found))),
        Err(Errno::ENOENT) => Ok(None),
        Err(errno) => Err(errno).during("open in the image", path.display()),
    }
}

/// The directory at `path`, made with those above it where they are missing.
pub fn directory(root: BorrowedFd, path: &Path) -> Result<Place, Failure> {
    made(root, path, |parent, name| {
        mkdirat(parent, name, Mode::from_bits_truncate(0o755))
    })
}

/// The file at `path`, made empty where it is missing.
pub fn file(root: BorrowedFd, path: &Path) -> Result<Place, Failure> {
    made(root, path, |parent, name| {
        // O_EXCL: a link that leads nowhere isn't followed.
        let flags = OFlag::O_CREAT | OFlag::O_EXCL | OFlag::O_CLOEXEC;
        openat(parent, name, flags, Mode::from_bits_truncate(0o644)).map(drop)
    })
}

fn made(
    root: BorrowedFd,
    path: &Path,
    make: impl Fn(BorrowedFd, &Path) -> Result<(), Errno>,
) -> Result<Place, Failure> {
    if let Some(found) = existing(root, path)? {
        return Ok(found);
    }
    let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(Errno::EINVAL).during("make in the image", path.display());
    };
    let parent = directory(root, parent)?;
    make(parent.as_fd(), Path::new(name)).during("make in the image", path.display())?;
    resolved(root, path)
        .map(Place)
        .during("open in the image", path.display())
}
