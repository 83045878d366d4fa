//! What this lab adds to the command line: limits for `run`, and the verbs that
//! look at a container's group or change it.

mod show;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use namespaces::cli::{Obey, Wanted};
use namespaces::state::Status;
use namespaces::{Runtime, Spec};

use crate::freeze;
use crate::group::Group;
use crate::hook::{PART, Part};
use crate::limits::Limits;
use crate::machine::{Machine, Version};
use crate::quantity::Quantity;

/// What `run` takes in this lab.
#[derive(Debug, Args)]
#[group(skip)]
pub struct RunArgs {
    #[command(flatten)]
    pub namespaces: namespaces::cli::RunArgs,
    #[command(flatten)]
    pub limits: LimitArgs,
    /// Group to make the container's in, counted from the root of the
    /// hierarchies [default: chosen by where we are]
    #[arg(long, value_name = "PATH", help_heading = "Limits")]
    pub cgroup_parent: Option<PathBuf>,
}

/// The limits of a container. Quantities are written as in Kubernetes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
pub struct LimitArgs {
    /// Processor time in CPUs, as 0.5 or 500m
    #[arg(long, value_name = "QUANTITY")]
    pub cpus: Option<Quantity>,
    /// Share of a scarce processor, 2 to 262144; 1024 is usual
    #[arg(long, value_name = "SHARES", value_parser = clap::value_parser!(u64).range(2..=262_144))]
    pub cpu_shares: Option<u64>,
    /// CPUs to run on, as 0-2,5
    #[arg(long, value_name = "LIST")]
    pub cpuset_cpus: Option<String>,
    /// Memory in bytes, as 64Mi; a process that needs more is killed
    #[arg(short, long, value_name = "QUANTITY", value_parser = whole)]
    pub memory: Option<u64>,
    /// Processes and threads
    #[arg(long, visible_alias = "pids", value_name = "COUNT")]
    pub pids_limit: Option<u64>,
    /// Write a value to a file of cgroup v2, as memory.high=32M
    #[arg(long, value_name = "FILE=VALUE", value_parser = assignment)]
    pub cgroup_conf: Vec<(String, String)>,
}

/// The verbs of this lab beside lab 01's.
#[derive(Debug, Subcommand)]
pub enum Verb<R: Wanted> {
    #[command(flatten)]
    Namespaces(namespaces::cli::Verb<R>),
    /// Freeze every process of a container
    #[command(after_help = "Example: pause box")]
    Pause { name: String },
    /// Let a frozen container go on
    #[command(visible_alias = "resume", after_help = "Example: unpause box")]
    Unpause { name: String },
    /// Show what a container has used
    #[command(after_help = "Example: stats box")]
    Stats {
        name: String,
        /// How to show it
        #[arg(long, default_value = "text")]
        format: Format,
    },
    /// Say what quantities mean
    #[command(after_help = "Example: quantity 250m 64Mi 64M")]
    Quantity {
        #[arg(required = true, value_name = "QUANTITY")]
        quantities: Vec<Spelled>,
    },
    /// Show the cgroup hierarchies and where this program stands in them
    #[command(after_help = "Example: hierarchies")]
    Hierarchies {
        /// Read mountinfo and cgroup there [default: /proc/self]
        #[arg(long, value_name = "DIR")]
        proc: Option<PathBuf>,
    },
    /// Say which files limits become, without writing any
    #[command(after_help = "Example: explain --on v2 --cpus 0.5 --memory 64Mi")]
    Explain {
        #[command(flatten)]
        limits: LimitArgs,
        /// Version of cgroups
        #[arg(long)]
        on: On,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum On {
    V1,
    V2,
}

/// A quantity and how it was written.
#[derive(Clone, Debug)]
pub struct Spelled(pub String, pub Quantity);

impl std::str::FromStr for Spelled {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Spelled> {
        Ok(Spelled(text.to_string(), text.parse()?))
    }
}

fn whole(text: &str) -> Result<u64> {
    text.parse::<Quantity>()?.whole()
}

fn assignment(text: &str) -> Result<(String, String)> {
    match text.split_once('=') {
        Some((file, value)) if !value.is_empty() => Ok((file.into(), value.into())),
        _ => bail!("must be a file, = and a value"),
    }
}

impl LimitArgs {
    /// The limits these words ask for.
    pub fn limits(self) -> Result<Limits> {
        let limits = Limits {
            cpus: self.cpus.map(Quantity::millis),
            cpu_shares: self.cpu_shares,
            memory: self.memory,
            pids: self.pids_limit,
            cpuset: self.cpuset_cpus,
            conf: BTreeMap::from_iter(self.cgroup_conf),
        };
        limits.validate()?;
        Ok(limits)
    }
}

impl Wanted for RunArgs {
    fn spec(self) -> Result<Spec> {
        let mut spec = self.namespaces.spec()?;
        let limits = self.limits.limits()?;
        let name = format!("container-{}-{}", spec.id, namespaces::spec::random_id()?);
        let parent = self.cgroup_parent.as_deref();
        let cpuset = limits.cpuset.is_some();
        let group =
            Machine::here().and_then(|machine| Group::planned(&machine, &name, parent, cpuset));
        let group = match group {
            // Whoever asks for nothing needs no group, and runs as in lab 01.
            Err(_) if limits.is_empty() && parent.is_none() => None,
            group => Some(group.context("find a place for the container's cgroup")?),
        };
        let part = serde_json::to_value(Part { limits, group })?;
        spec.extensions.insert(PART.into(), part);
        Ok(spec)
    }
}

impl<R: Wanted> Obey for Verb<R> {
    fn obey(self, runtime: &Runtime) -> Result<u8> {
        match self {
            Verb::Namespaces(verb) => return verb.obey(runtime),
            Verb::Pause { name } => freeze::pause(&running(runtime, &name)?.1)
                .with_context(|| format!("pause container {name}"))?,
            Verb::Unpause { name } => freeze::resume(&running(runtime, &name)?.1)
                .with_context(|| format!("unpause container {name}"))?,
            Verb::Stats { name, format } => {
                let (limits, group) = running(runtime, &name)?;
                show::stats(&name, &limits, &group, format)?;
            }
            Verb::Quantity { quantities } => show::quantities(&quantities)?,
            Verb::Hierarchies { proc } => show::hierarchies(&match proc {
                Some(directory) => Machine::read(&directory)?,
                None => Machine::here()?,
            })?,
            Verb::Explain { limits, on } => {
                let version = match on {
                    On::V1 => Version::V1,
                    On::V2 => Version::V2,
                };
                show::settings(&limits.limits()?, version)?;
            }
        }
        Ok(0)
    }
}

/// The limits and the group of a container that runs.
fn running(runtime: &Runtime, name: &str) -> Result<(Limits, Group)> {
    let name = &runtime.store.resolve(name)?;
    let spec = runtime.store.spec(name)?;
    let spec = spec.with_context(|| format!("there is no container {name}"))?;
    wait_until_it_runs(runtime, name)?;
    let part: Part = spec.extension(PART)?.unwrap_or_default();
    let group = part.group.with_context(|| {
        format!("container {name} has no cgroup: there was none to be had where it was started")
    })?;
    Ok((part.limits, group))
}

/// How long a container may take from its process to its command before it
/// counts as one that doesn't get there.
const LIMIT: Duration = Duration::from_secs(2);

/// Waits for a container that is being created. It still has a copy of its
/// runtime's lock; frozen, it would keep that, and nobody could clean up.
fn wait_until_it_runs(runtime: &Runtime, name: &str) -> Result<()> {
    let deadline = Instant::now() + LIMIT;
    loop {
        let state = runtime.store.state(name)?;
        let state = state.with_context(|| format!("container {name} doesn't run yet"))?;
        if state.process()?.is_none() {
            bail!("container {name} doesn't run any more");
        }
        match state.status {
            Status::Running => return Ok(()),
            _ if Instant::now() > deadline => bail!("container {name} is still being created"),
            _ => std::thread::sleep(Duration::from_millis(2)),
        }
    }
}
