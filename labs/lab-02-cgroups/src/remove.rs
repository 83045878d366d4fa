//! The end of a group: nobody in it, nothing below it, gone.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use namespaces::Failure;
use namespaces::failure::During;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::file;
use crate::group::{children, is_absent};

/// How long the processes of a container may take to leave its groups.
pub const LIMIT: Duration = Duration::from_secs(5);

/// How long to wait before looking again.
const PAUSE: Duration = Duration::from_millis(2);

/// Removes a group and all groups below it, and ends what still runs in them,
/// trying until `deadline`. That there is no such group (any more) is fine.
///
/// A group can be removed when it has neither processes nor children; until
/// then rmdir(2) says `EBUSY`. A process that was killed is not gone at once:
/// it leaves when it next runs. And one that forks may have had a child between
/// the look at the list and the signal.
pub fn remove(group: &Path, deadline: Instant) -> Result<(), Failure> {
    // ANCHOR: remove
    todo!(
        "End what is left in the group and remove it, as soon as that can be done. (chapter: task-10-nothing-is-left)"
    )
    // ANCHOR_END: remove
}

/// Sends SIGKILL to every process of a group and of those below it. It doesn't
/// wait for their end.
pub fn kill_all(group: &Path) -> Result<(), Failure> {
    for child in children(group)? {
        kill_all(&child)?;
    }
    // Version 2 since Linux 5.14: all at once, also those being born.
    match file::write(group, "cgroup.kill", 1) {
        Err(failure) if is_absent(&failure) => {}
        done => return done,
    }
    let processes = match file::words(group, "cgroup.procs") {
        Err(failure) if is_absent(&failure) => return Ok(()),
        processes => processes?,
    };
    for process in processes {
        // 0 is a process that this pid namespace doesn't see.
        let pid: i32 = process.parse().unwrap_or(0);
        if pid == 1 || pid == std::process::id() as i32 {
            return Err(Failure {
                operation: "end the processes of".into(),
                object: format!("{}: process {pid} should not be in it", group.display()),
                errno: None,
            });
        }
        if pid > 0 {
            // It may have ended meanwhile.
            let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
        }
    }
    Ok(())
}

/// rmdir(2) of a group, those below it first. `EBUSY` when one has processes.
pub fn remove_empty(group: &Path) -> Result<(), Failure> {
    for child in children(group)? {
        remove_empty(&child)?;
    }
    match fs::remove_dir(group).during("remove cgroup", group.display()) {
        Err(failure) if is_absent(&failure) => Ok(()),
        done => done,
    }
}
