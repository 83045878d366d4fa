//! The hook this lab adds: a group for each container, at five points of its
//! life.

use anyhow::Result;
use namespaces::hook::{Hook, Plan, Process};
use namespaces::{Spec, State};
use serde::{Deserialize, Serialize};

use crate::group::Group;
use crate::limits::Limits;
use crate::{freeze, report, stats};

/// The name of our part in [`Spec::extensions`] and [`State::extensions`].
pub const PART: &str = "cgroups";

/// Our part of a container's spec.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    pub limits: Limits,
    /// `None` where there is no hierarchy for us, and no limit was asked for.
    pub group: Option<Group>,
}

/// The hooks of this lab, rebuilt from a spec. A later lab's begin with these.
pub fn hooks(spec: &Spec) -> Result<Vec<Box<dyn Hook>>> {
    let part: Part = spec.extension(PART)?.unwrap_or_default();
    let mut hooks: Vec<Box<dyn Hook>> = Vec::new();
    if let Some(group) = part.group {
        let limits = part.limits;
        hooks.push(Box::new(Cgroups { group, limits }));
    }
    Ok(hooks)
}

/// A container's group.
#[derive(Debug)]
struct Cgroups {
    group: Group,
    limits: Limits,
}

impl Hook for Cgroups {
    fn name(&self) -> &'static str {
        "cgroups"
    }

    /// The limits are in force before there is anybody they hold for.
    fn prepare(&self, plan: &mut Plan) -> Result<()> {
        self.group.create(&self.limits)?;
        plan.cgroup = self.group.birthplace()?;
        Ok(())
    }

    /// Version 1 has no birth in a group; but the process holds.
    fn create_runtime(&self, process: Process) -> Result<()> {
        Ok(self.group.join(process.pid)?)
    }

    /// The last moment in which the group is there to be asked.
    fn stopped(&self, state: &mut State) -> Result<()> {
        let stats = stats::read(&self.group)?;
        let notes = report::tell(&self.limits, &stats);
        state.notes.extend(notes.iter().map(ToString::to_string));
        state
            .extensions
            .insert(PART.into(), serde_json::to_value(stats)?);
        Ok(())
    }

    fn release(&self) -> Result<()> {
        Ok(freeze::thaw(&self.group)?)
    }

    fn poststop(&self) -> Result<()> {
        Ok(self.group.remove()?)
    }
}
