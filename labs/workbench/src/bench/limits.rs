//! Limits that hold without cgroups.

use nix::errno::Errno;
use nix::sys::resource::{Resource, setrlimit};

use super::machine::{At, Machine};

/// Processes of an ordinary user on a workbench. Root's are limited by the pids
/// controller.
const PROCESSES: u64 = 512;

/// Address space of one process of an ordinary user, in bytes.
const ADDRESS_SPACE: u64 = 4 << 30;

/// Sets what the command inherits.
pub(super) fn set(root_user: bool) -> Result<(), Machine> {
    // When memory runs out, this goes before anything of the host's. Raising
    // one's own score needs no right (proc_pid_oom_score_adj(5)).
    std::fs::write("/proc/self/oom_score_adj", "1000").at("set limits", "oom_score_adj")?;
    setrlimit(Resource::RLIMIT_CORE, 0, 0).at("set limits", "core")?;
    if root_user {
        return Ok(());
    }
    for (resource, most, name) in [
        (Resource::RLIMIT_NPROC, PROCESSES, "nproc"),
        (Resource::RLIMIT_AS, ADDRESS_SPACE, "as"),
    ] {
        match setrlimit(resource, most, most) {
            // The limit that is there is lower already.
            Err(Errno::EPERM) => {}
            set => set.at("set limits", name)?,
        }
    }
    Ok(())
}
