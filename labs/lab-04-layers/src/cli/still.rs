//! A container that doesn't move while it is copied.

use anyhow::{Context, Result};
use cgroups::freeze;
use cgroups::group::Group;
use namespaces::runtime::program_name;
use namespaces::state::Status;
use namespaces::{Runtime, Spec};

/// A container that stands still as long as this lives, so that one file isn't
/// from before and another from after.
pub struct Still(Option<Group>);

impl Still {
    /// Pauses a container that runs. One that has no cgroup, or is paused
    /// already, stays as it is.
    pub fn of(runtime: &Runtime, spec: &Spec) -> Result<Still> {
        let state = runtime.store.state(&spec.id)?;
        let runs = match state {
            Some(state) => state.status == Status::Running && state.process()?.is_some(),
            None => false,
        };
        let part: Option<cgroups::hook::Part> = spec.extension(cgroups::hook::PART)?;
        let group = part.and_then(|part| part.group);
        let Some(group) = group.filter(|group| runs && group.directory("freezer").is_some()) else {
            return Ok(Still(None));
        };
        if freeze::is_frozen(&group)? {
            return Ok(Still(None));
        }
        freeze::pause(&group).with_context(|| format!("pause container {}", spec.id))?;
        Ok(Still(Some(group)))
    }
}

impl Drop for Still {
    fn drop(&mut self) {
        let resumed = self.0.as_ref().map_or(Ok(()), freeze::resume);
        if let Err(error) = resumed {
            eprintln!("{}: let the container go on: {error:#}", program_name());
        }
    }
}
