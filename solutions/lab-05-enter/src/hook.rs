//! The hooks this lab adds: where a container's streams go, its cgroup
//! namespace, and its volumes.

use std::cell::RefCell;
use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;

use anyhow::{Context, Result};
use namespaces::Spec;
use namespaces::attendant::Attendant;
use namespaces::hook::{Hook, Plan};
use nix::fcntl::OFlag;
use nix::sys::signal::Signal;
use nix::unistd::pipe2;
use serde::{Deserialize, Serialize};

use crate::log::{self, Log};
use crate::relay::relay;
use crate::volume::{self, Volume};
use crate::{keeper, terminal, view};

/// The name of our part in [`Spec::extensions`].
pub const PART: &str = "enter";

/// Our part of a container's spec.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Part {
    /// Its streams are a terminal of its own.
    pub terminal: bool,
    /// Keys are passed on to that.
    pub interactive: bool,
    /// Bytes of each of the two files of its log, when it runs in the
    /// background.
    pub max_log: Option<u64>,
    /// It sees its own cgroup as the root of all.
    pub cgroup_namespace: bool,
    pub volumes: Vec<Volume>,
}

/// The hooks of this lab, rebuilt from a spec. A later lab's begin with these.
pub fn hooks(spec: &Spec) -> Result<Vec<Box<dyn Hook>>> {
    let mut hooks = layers::hooks(spec)?;
    let Some(part) = spec.extension::<Part>(PART)? else {
        return Ok(hooks);
    };
    if part.cgroup_namespace {
        hooks.push(Box::new(view::CgroupNamespace));
    }
    if !part.volumes.is_empty() {
        let root = spec.extension::<rootfs::Part>(rootfs::hook::PART)?;
        let root = root.context("a volume needs a root of the container's own")?;
        hooks.push(Box::new(volume::Volumes {
            root: root.root,
            volumes: part.volumes.clone(),
        }));
    }
    if part.terminal || spec.detach {
        hooks.push(Box::new(Streams {
            detached: spec.detach,
            log: log::path(spec),
            inside: RefCell::new(None),
            part,
        }));
    }
    Ok(hooks)
}

/// Standard input, output and error of a container that has a terminal, or runs
/// in the background.
#[derive(Debug)]
struct Streams {
    part: Part,
    detached: bool,
    log: PathBuf,
    /// The way for the terminal, from `prepare` to the copy of this hook on the
    /// container's side.
    inside: RefCell<Option<OwnedFd>>,
}

impl Streams {
    fn log(&self) -> Result<Log> {
        Log::open(self.log.clone(), self.part.max_log.unwrap_or(log::MAX_SIZE))
    }
}

impl Hook for Streams {
    fn name(&self) -> &'static str {
        "streams"
    }

    fn prepare(&self, plan: &mut Plan) -> Result<()> {
        let attendant = match (self.part.terminal, self.detached) {
            (true, detached) => {
                let (ours, inside) = terminal::way_out()?;
                self.inside.replace(Some(inside));
                let variable = plan.environment.entry("TERM".into());
                variable.or_insert_with(|| "xterm".into());
                if detached {
                    let log = self.log()?;
                    Attendant::new(
                        "the keeper of its output",
                        |process| match terminal::receive(ours)? {
                            Some(master) => keeper::keep(master, None, log)?(process),
                            None => Ok(()),
                        },
                    )
                } else {
                    let interactive = self.part.interactive;
                    plan.heard.push(Signal::SIGWINCH);
                    Attendant::new("the relay at its terminal", move |process| {
                        relay(ours, interactive, process.as_fd(), None)
                    })
                }
            }
            (false, _) => {
                let (stdout, write_out) = pipe2(OFlag::O_CLOEXEC).context("make a pipe")?;
                let (stderr, write_err) = pipe2(OFlag::O_CLOEXEC).context("make a pipe")?;
                plan.descriptors.insert(1, write_out);
                plan.descriptors.insert(2, write_err);
                let work = keeper::keep(stdout, Some(stderr), self.log()?)?;
                Attendant::new("the keeper of its output", work)
            }
        };
        plan.attendants.push(attendant);
        Ok(())
    }

    fn start_container(&self) -> Result<()> {
        let Some(out) = self.inside.take() else {
            return Ok(());
        };
        let size = match self.detached {
            true => None,
            false => terminal::ours(false)?,
        };
        Ok(terminal::take(out.as_fd(), size.as_ref())?)
    }
}
