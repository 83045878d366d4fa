//! One at a time: a lock on a file, which the kernel drops with its holder.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};

/// How often a lock that is held is tried again.
const AGAIN: Duration = Duration::from_millis(100);

/// The lock on `path`, or none when somebody has it for longer than `patience`.
/// `waits` is called once when there is somebody.
///
/// # Errors
/// The file can't be made or locked.
pub fn lock(path: &Path, patience: Duration, waits: impl FnOnce()) -> Result<Option<Flock<File>>> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))?;
    }
    let deadline = Instant::now() + patience;
    let mut waits = Some(waits);
    loop {
        let mut options = OpenOptions::new();
        let open = options.read(true).write(true).create(true).truncate(false);
        let file = open
            .open(path)
            .with_context(|| format!("open {}", path.display()))?;
        match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            // Between opening and locking the file may have been replaced.
            Ok(held) if is_at(&held, path) => return Ok(Some(held)),
            Ok(_) => continue,
            Err((_, Errno::EWOULDBLOCK)) => {}
            Err((_, errno)) => {
                return Err(errno).with_context(|| format!("lock {}", path.display()));
            }
        }
        if Instant::now() >= deadline {
            return Ok(None);
        }
        if let Some(waits) = waits.take() {
            waits();
        }
        thread::sleep(AGAIN);
    }
}

fn is_at(file: &File, path: &Path) -> bool {
    let id = |data: fs::Metadata| (data.dev(), data.ino());
    let (held, there) = (file.metadata().map(id), fs::metadata(path).map(id));
    matches!((held, there), (Ok(held), Ok(there)) if held == there)
}
