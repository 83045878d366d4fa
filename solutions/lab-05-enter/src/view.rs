//! What a container sees of its own limits: `/proc/self/cgroup` names groups by
//! their path from the root of the hierarchy, and with that the host's.

use anyhow::Result;
use namespaces::Failure;
use namespaces::failure::During;
use namespaces::hook::Hook;
use nix::sched::{CloneFlags, unshare};

/// Gives the container a cgroup namespace.
#[derive(Debug)]
pub struct CgroupNamespace;

impl Hook for CgroupNamespace {
    fn name(&self) -> &'static str {
        "cgroup namespace"
    }

    fn create_container(&self) -> Result<()> {
        Ok(leave_cgroup_namespace()?)
    }
}

/// Moves this process into a new cgroup namespace. Its root is the group the
/// caller is in *at that moment* (cgroup_namespaces(7)). That is why the flag
/// doesn't belong into clone3(2): on version 1 the process is moved into its
/// group after that, and on version 2 the kernel makes the namespace before it
/// puts the child there.
pub fn leave_cgroup_namespace() -> Result<(), Failure> {
    // ANCHOR: cgroup_namespace
    unshare(CloneFlags::CLONE_NEWCGROUP).during("unshare", "the cgroup namespace")
    // ANCHOR_END: cgroup_namespace
}
