//! Paths of an image, tried on directories that only look like one. Nothing
//! here needs a right.

use std::fs;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result};
use nix::errno::Errno;
use solution_03_rootfs::{place, root};

/// A directory with an image in it, and something beside the image. It goes
/// with its test.
struct Tree(PathBuf);

impl Tree {
    fn new() -> Result<Tree> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("image-paths-{}-{count}", std::process::id());
        let path = std::env::temp_dir().join(name);
        for directory in ["image/etc", "outside/etc"] {
            fs::create_dir_all(path.join(directory)).context("make a tree")?;
        }
        Ok(Tree(path))
    }

    fn image(&self) -> PathBuf {
        self.0.join("image")
    }

    fn root(&self) -> Result<OwnedFd> {
        Ok(root::open_root(&self.image())?)
    }

    /// A link in the image.
    fn link(&self, name: &str, target: &str) -> Result<()> {
        symlink(target, self.image().join(name)).context("link")
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Whether a place of the image is this directory.
fn is(place: &place::Place, path: &Path) -> Result<bool> {
    let (one, other) = (fs::metadata(place.path())?, fs::metadata(path)?);
    Ok((one.dev(), one.ino()) == (other.dev(), other.ino()))
}

#[test]
fn every_link_is_read_as_the_image_means_it() -> Result<()> {
    let tree = Tree::new()?;
    tree.link("up", "../outside/etc/../../image/etc")?;
    tree.link("away", "../../../../../etc")?;
    tree.link("absolute", "/etc")?;
    tree.link("twice", "absolute")?;
    let root = tree.root()?;
    for path in ["/away", "/absolute", "/twice", "/../../etc", "etc/../etc"] {
        let found = place::existing(root.as_fd(), Path::new(path))?;
        let found = found.with_context(|| format!("{path} leads to nothing"))?;
        assert!(is(&found, &tree.image().join("etc"))?, "{path}");
    }
    // A directory beside the image is none that it could name.
    assert!(place::existing(root.as_fd(), Path::new("/up"))?.is_none());
    Ok(())
}

#[test]
fn what_is_missing_is_made_inside() -> Result<()> {
    let tree = Tree::new()?;
    tree.link("var", "../outside")?;
    let root = tree.root()?;
    let made = place::directory(root.as_fd(), Path::new("/a/b/c"))?;
    assert!(is(&made, &tree.image().join("a/b/c"))? && made.is_directory()?);
    let again = place::directory(root.as_fd(), Path::new("/a/b/c"))?;
    assert!(is(&again, &tree.image().join("a/b/c"))?);
    let file = place::file(root.as_fd(), Path::new("/a/file"))?;
    assert!(!file.is_directory()?);
    // The link leads nowhere inside, so nothing is made behind it.
    for path in ["/var", "/var/lib"] {
        let refused = place::directory(root.as_fd(), Path::new(path)).expect_err(path);
        assert_eq!(refused.errno, Some(Errno::EEXIST as i32), "{refused}");
        let refused = place::file(root.as_fd(), Path::new(path)).expect_err(path);
        assert_eq!(refused.errno, Some(Errno::EEXIST as i32), "{refused}");
    }
    assert_eq!(fs::read_dir(tree.0.join("outside"))?.count(), 1);
    Ok(())
}

#[test]
fn links_of_the_kernel_are_refused() -> Result<()> {
    // Seen from the real root: /proc/self/cwd is no text but a directory.
    let root = root::open_root(Path::new("/"))?;
    let refused = place::existing(root.as_fd(), Path::new("/proc/self/cwd"));
    let refused = refused.expect_err("a link of the kernel");
    assert_eq!(refused.errno, Some(Errno::ELOOP as i32), "{refused}");
    Ok(())
}

#[test]
fn a_place_does_not_survive_exec() -> Result<()> {
    use nix::fcntl::{FcntlArg, FdFlag, fcntl};
    let tree = Tree::new()?;
    let root = tree.root()?;
    let found = place::directory(root.as_fd(), Path::new("/etc"))?;
    for descriptor in [root.as_fd(), found.as_fd()] {
        let flags = FdFlag::from_bits_truncate(fcntl(descriptor, FcntlArg::F_GETFD)?);
        assert!(flags.contains(FdFlag::FD_CLOEXEC));
    }
    Ok(())
}
