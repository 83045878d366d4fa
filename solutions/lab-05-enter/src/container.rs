//! A container as a command finds it: by a name, with what is known of it.

use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use cgroups::freeze;
use cgroups::group::Group;
use namespaces::{Runtime, Spec, State, state};
use nix::unistd::Pid;

use crate::restart;
use crate::status::{Act, Evidence, Status, judge, next};

/// How long a container may take from its making to its command.
const LIMIT: Duration = Duration::from_secs(5);

/// A container that is on disk.
#[derive(Debug)]
pub struct Container {
    pub id: String,
    pub spec: Spec,
    /// `None` before there was a process.
    pub state: Option<State>,
    pub status: Status,
}

impl Container {
    /// The container that `word` names: by its name, or by the beginning of one.
    /// What a killed runtime left of it is cleaned up first.
    pub fn find(runtime: &Runtime, word: &str) -> Result<Container> {
        let id = runtime.store.resolve(word)?;
        Container::of(runtime, &id)?.with_context(|| format!("there is no container {word}"))
    }

    /// All there are, by name.
    pub fn all(runtime: &Runtime) -> Result<Vec<Container>> {
        let mut all = Vec::new();
        for id in runtime.store.ids()? {
            // It may be removed meanwhile.
            all.extend(Container::of(runtime, &id)?);
        }
        Ok(all)
    }

    /// The container of this name; `None` when there is none, or no more.
    pub fn of(runtime: &Runtime, id: &str) -> Result<Option<Container>> {
        let Some(found) = Container::read(runtime, id)? else {
            return Ok(None);
        };
        // Alive, or over and done with: nothing is to be cleaned up.
        let is_over = |state: &State| state.status == state::Status::Stopped;
        if [Status::Running, Status::Paused].contains(&found.status)
            || found.state.as_ref().is_some_and(is_over)
        {
            return Ok(Some(found));
        }
        runtime.settle(id)?;
        Container::read(runtime, id)
    }

    fn read(runtime: &Runtime, id: &str) -> Result<Option<Container>> {
        let Some(spec) = runtime.store.spec(id)? else {
            return Ok(None);
        };
        let state = runtime.store.state(id)?;
        let process = state.as_ref().map(State::process).transpose()?;
        let seen = Evidence {
            recorded: state.as_ref().map(|state| state.status),
            alive: process.flatten().is_some(),
            frozen: match group(&spec)? {
                Some(group) => freeze::is_frozen(&group).unwrap_or(false),
                None => false,
            },
            restarting: restart::is_going_on(&spec)?,
        };
        let status = judge(&seen);
        Ok(Some(Container {
            id: id.into(),
            spec,
            state,
            status,
        }))
    }

    /// Asks the table. Returns where the act leads, or refuses it with the
    /// statuses in which it would be allowed.
    pub fn may(&self, act: Act) -> Result<Status> {
        if let Some(to) = next(self.status, act) {
            return Ok(to);
        }
        let allowed = Status::ALL
            .into_iter()
            .filter(|from| next(*from, act).is_some());
        let allowed: Vec<String> = allowed.map(|from| from.to_string()).collect();
        let remedy = match (self.status, act) {
            (Status::Running | Status::Paused, Act::Remove) => {
                "; stop it first, or remove it with -f"
            }
            (Status::Paused, Act::Exec | Act::Start) => "; unpause it first",
            (Status::Exited, Act::Exec) => "; start it first",
            _ => "",
        };
        bail!(
            "{act} {}: the container is {}, and must be {}{remedy}",
            self.id,
            self.status,
            allowed.join(" or ")
        )
    }

    /// Its process: the pid, and a descriptor of it.
    pub fn process(&self) -> Result<(Pid, OwnedFd)> {
        let gone = || format!("container {} has just ended", self.id);
        let state = self.state.as_ref().with_context(gone)?;
        let process = state.process()?.with_context(gone)?;
        Ok((Pid::from_raw(state.pid), process))
    }

    /// Its cgroup; `None` where it has none.
    pub fn group(&self) -> Result<Option<Group>> {
        group(&self.spec)
    }
}

fn group(spec: &Spec) -> Result<Option<Group>> {
    let part: cgroups::Part = spec.extension(cgroups::hook::PART)?.unwrap_or_default();
    Ok(part.group)
}

/// The container that `word` names, once its command runs: one that is being
/// made is waited for.
pub fn settled(runtime: &Runtime, word: &str) -> Result<Container> {
    let deadline = Instant::now() + LIMIT;
    loop {
        let found = Container::find(runtime, word)?;
        match found.status {
            Status::Created if Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(5));
            }
            _ => return Ok(found),
        }
    }
}
