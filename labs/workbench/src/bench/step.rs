//! The steps of making a workbench, by name, so that each can be made to fail.

use super::machine::Machine;

/// Every step, in order. [`Bench::break_step`](super::Bench::break_step) takes
/// one of these names.
pub const STEPS: &[&str] = &[
    "make cgroups",
    "forbid devices",
    "clone",
    "map ids",
    "enter cgroups",
    "make mounts private",
    "mount the stage",
    "mount the root",
    "overlay directories",
    "mount /proc",
    "mount /sys",
    "mount cgroups",
    "make /dev",
    "mount /tmp",
    "switch the root",
    "verify the root",
    "bring up the loopback",
    "set the hostname",
    "drop capabilities",
    "set limits",
    "start the command",
];

/// Which step is to fail, if any.
#[derive(Clone, Debug, Default)]
pub(super) struct Broken(pub Option<String>);

impl Broken {
    /// Fails when this is the step that is to fail.
    pub fn at(&self, step: &str) -> Result<(), Machine> {
        match &self.0 {
            Some(broken) if broken == step => Err(Machine::new(step, "broken on purpose", None)),
            _ => Ok(()),
        }
    }
}
