//! The weak version, given: namespaces without a new process.
//!
//! unshare(2) moves the caller itself into new namespaces. That is enough for a
//! hostname and for mounts, and shows what it is not enough for: a process
//! cannot change its own pid, so a new pid namespace only takes effect on the
//! children of the caller, and exec makes no child.

use std::collections::BTreeSet;
use std::convert::Infallible;

use anyhow::Result;
use nix::sched::{CloneFlags, unshare};

use crate::container::{make_mounts_private, set_hostname};
use crate::failure::{During, EXEC, Failure};
use crate::spec::{Namespace, Spec};

/// Leaves the namespaces named, then becomes the command.
pub fn run(spec: &Spec) -> Result<Infallible, Failure> {
    let namespaces: &BTreeSet<Namespace> = &spec.namespaces;
    let flags: CloneFlags = namespaces
        .iter()
        .map(|namespace| namespace.flag())
        .collect();
    unshare(flags).during("unshare", format!("{namespaces:?}"))?;
    if namespaces.contains(&Namespace::Mount) {
        make_mounts_private()?;
    }
    if let Some(name) = &spec.hostname {
        set_hostname(name)?;
    }
    let error = std::os::unix::process::CommandExt::exec(
        std::process::Command::new(&spec.args[0]).args(&spec.args[1..]),
    );
    Err(error).during(EXEC, &spec.args[0])
}
