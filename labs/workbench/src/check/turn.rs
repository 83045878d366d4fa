//! Whose turn it is: checks run beside each other, except those that must be
//! alone.
//!
//! Two locks on directories that every check binary of a build stands in; a
//! lock on a directory leaves nothing behind, and the kernel drops it with its
//! holder. The *room* is shared by the many and taken whole by one that is
//! alone. Whoever wants in holds the *door* until it is in, so that one that
//! waits to be alone isn't passed by others for ever.

use std::fs::File;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};

/// How long to wait for a turn. Then the check goes on without: it may be
/// disturbed, and that is better than no answer.
const PATIENCE: Duration = Duration::from_secs(40);

/// A check's turn. Dropping it ends it.
#[derive(Debug)]
pub struct Turn {
    _room: Option<Flock<File>>,
}

impl Turn {
    /// Waits until this check may run.
    pub fn take(alone: bool) -> Turn {
        let own = std::env::current_exe().unwrap_or_default();
        let room = own.parent();
        Turn::of(room.and_then(Path::parent), room, alone)
    }

    fn of(door: Option<&Path>, room: Option<&Path>, alone: bool) -> Turn {
        let deadline = Instant::now() + PATIENCE;
        let how = match alone {
            true => FlockArg::LockExclusiveNonblock,
            false => FlockArg::LockSharedNonblock,
        };
        let _door = door.and_then(|path| lock(path, FlockArg::LockExclusiveNonblock, deadline));
        let _room = room.and_then(|path| lock(path, how, deadline));
        Turn { _room }
    }
}

/// `None` when the deadline has passed, or the file system has no locks.
fn lock(directory: &Path, how: FlockArg, deadline: Instant) -> Option<Flock<File>> {
    let mut file = File::open(directory).ok()?;
    loop {
        match Flock::lock(file, how) {
            Ok(lock) => return Some(lock),
            Err((back, Errno::EAGAIN | Errno::EINTR)) if Instant::now() < deadline => file = back,
            Err(_) => return None,
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn one_that_is_alone_meets_nobody_and_is_not_passed_for_ever() {
        let directory = std::env::temp_dir().join(format!("turn-{}", std::process::id()));
        let room = directory.join("room");
        std::fs::create_dir_all(&room).expect("a directory");
        let (inside, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let work = |alone: bool| {
            let _turn = Turn::of(Some(&directory), Some(&room), alone);
            let others = inside.fetch_add(1, Ordering::SeqCst);
            assert!(!alone || others == 0, "{others} others");
            std::thread::sleep(Duration::from_millis(3));
            assert!(!alone || inside.load(Ordering::SeqCst) == 1, "joined");
            inside.fetch_sub(1, Ordering::SeqCst);
        };
        std::thread::scope(|scope| {
            for _ in 0..3 {
                // These take turn after turn until the two below are done.
                scope.spawn(|| {
                    while done.load(Ordering::SeqCst) < 2 {
                        work(false);
                    }
                });
            }
            for _ in 0..2 {
                scope.spawn(|| {
                    work(true);
                    done.fetch_add(1, Ordering::SeqCst);
                });
            }
        });
        std::fs::remove_dir_all(&directory).expect("removed");
    }
}
