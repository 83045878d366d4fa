//! Between two lives: who is starting a container again says so by a lock,
//! which the kernel drops when that one is killed.

use std::fs::{File, OpenOptions};
use std::io::ErrorKind;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use namespaces::Spec;
use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};

/// Whoever only asks holds the lock as well, for much less than this.
const LOOK: Duration = Duration::from_millis(100);

/// While this lives, the container is being restarted.
#[derive(Debug)]
pub struct Restarting {
    _lock: Flock<File>,
}

/// Says that the container is being restarted; an error when it is already.
pub fn begin(spec: &Spec) -> Result<Restarting> {
    let path = path(spec);
    let file = OpenOptions::new().create(true).append(true).open(&path);
    let mut file = file.with_context(|| format!("open {}", path.display()))?;
    let deadline = Instant::now() + LOOK;
    loop {
        file = match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(_lock) => return Ok(Restarting { _lock }),
            Err((file, Errno::EAGAIN)) if Instant::now() < deadline => file,
            Err((_, Errno::EAGAIN)) => bail!("container {} is being restarted already", spec.id),
            Err((_, errno)) => {
                return Err(errno).with_context(|| format!("lock {}", path.display()));
            }
        };
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Is somebody restarting it?
pub fn is_going_on(spec: &Spec) -> Result<bool> {
    let path = path(spec);
    let file = match File::open(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        file => file.with_context(|| format!("open {}", path.display()))?,
    };
    match Flock::lock(file, FlockArg::LockSharedNonblock) {
        Ok(_) => Ok(false),
        Err((_, Errno::EAGAIN)) => Ok(true),
        Err((_, errno)) => Err(errno).with_context(|| format!("lock {}", path.display())),
    }
}

fn path(spec: &Spec) -> PathBuf {
    spec.directory.join("restart")
}
