//! The command line: words in, a [`Spec`] out, an exit code back.
//!
//! A later lab adds words without a copy of these. Its `RunArgs` hold ours
//! beside its own options ([`Wanted`]); its `Verb` holds ours beside its own
//! verbs ([`Obey`]); and its `main` is ours with its verb and its hooks:
//!
//! ```text
//! struct RunArgs      { #[command(flatten)] ours: RunArgs, own options … }
//! enum Verb<R: Wanted> { #[command(flatten)] Ours(Verb<R>), own verbs … }
//! main::<Verb<RunArgs>>(hooks)
//! ```
//!
//! `run` exists once, here, and takes the options of the last lab.

use std::fs::OpenOptions;
use std::os::fd::{AsFd, OwnedFd, RawFd};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use nix::errno::Errno;
use nix::unistd::Uid;

use crate::failure::Failure;
use crate::hook::Hooks;
use crate::print::line;
use crate::runtime::{Order, Runtime, program_name, send_report};
use crate::spec::{Namespace, Spec};
use crate::state::{State, Store};
use crate::supervise::{End, exit_code};
use crate::{creator, sys, unshare};

/// Runs a command as a container.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 80)]
struct Cli<V: Subcommand> {
    /// Directory of the containers' data
    /// [default: /run/PROGRAM, or $XDG_RUNTIME_DIR/PROGRAM when not root]
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    #[command(subcommand)]
    verb: V,
}

/// Words that describe a container: the options of `run`.
pub trait Wanted: Args {
    /// The spec these words ask for.
    fn spec(self) -> Result<Spec>;
}

/// A verb that can be obeyed.
pub trait Obey: Subcommand {
    /// Does it, and returns the exit code.
    fn obey(self, runtime: &Runtime) -> Result<u8>;
}

/// The verbs of this lab. `R` is what `run` takes: [`RunArgs`], or those of a
/// later lab.
#[derive(Debug, Subcommand)]
pub enum Verb<R: Wanted> {
    /// Run a command in a new container and wait for it
    #[command(after_help = "Example: run --hostname box -- sh -c 'hostname; echo $$'")]
    Run(R),
    /// Leave namespaces without making a process: the weak version
    #[command(after_help = "Example: unshare --uts --hostname box -- hostname")]
    Unshare(UnshareArgs),
    /// Remove what killed runtimes left behind
    Clean,
    /// The process that creates a container; started by the other verbs
    #[command(hide = true)]
    Creator,
}

/// What `run` takes in this lab.
#[derive(Debug, Args)]
// Later labs' have the same name, and clap would make it that of a group.
#[group(skip)]
pub struct RunArgs {
    /// Name of the container [default: 12 random hexadecimal digits]
    #[arg(long)]
    pub name: Option<String>,
    /// Hostname inside [default: the container's name]
    #[arg(long)]
    pub hostname: Option<String>,
    /// Put an init in front of the command that reaps orphans
    #[arg(long)]
    pub init: bool,
    /// Share the pid namespace of the host
    #[arg(long)]
    pub pid: Option<Host>,
    /// Share the hostname of the host
    #[arg(long)]
    pub uts: Option<Host>,
    /// Share message queues and shared memory of the host
    #[arg(long)]
    pub ipc: Option<Host>,
    /// Network: the host's, or none but a loopback
    #[arg(long, default_value = "host")]
    pub net: Net,
    /// Run this program when the container's process exists and waits
    #[arg(long, value_name = "PROGRAM")]
    pub create_runtime: Option<PathBuf>,
    /// The command and its arguments
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    pub command: Vec<String>,
}

/// The one value of `--pid`, `--uts` and `--ipc`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Host {
    Host,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Net {
    Host,
    None,
}

#[derive(Debug, Args)]
pub struct UnshareArgs {
    #[arg(long)]
    uts: bool,
    #[arg(long)]
    mount: bool,
    #[arg(long)]
    ipc: bool,
    #[arg(long)]
    pid: bool,
    #[arg(long)]
    hostname: Option<String>,
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<String>,
}

impl Wanted for RunArgs {
    fn spec(self) -> Result<Spec> {
        let mut spec = Spec::new(self.command)?;
        if let Some(name) = self.name {
            spec.id = name;
        }
        for (shared, namespace) in [
            (self.pid.is_some(), Namespace::Pid),
            (self.uts.is_some(), Namespace::Uts),
            (self.ipc.is_some(), Namespace::Ipc),
        ] {
            if shared {
                spec.namespaces.remove(&namespace);
            }
        }
        if self.net == Net::None {
            spec.namespaces.insert(Namespace::Net);
        }
        spec.hostname = match (self.hostname, self.uts) {
            (None, None) => Some(spec.id.clone()),
            (hostname, _) => hostname,
        };
        spec.init = self.init;
        spec.create_runtime = self.create_runtime;
        spec.validate()?;
        Ok(spec)
    }
}

impl<R: Wanted> Obey for Verb<R> {
    fn obey(self, runtime: &Runtime) -> Result<u8> {
        match self {
            Verb::Run(wanted) => run(runtime, &wanted.spec()?),
            Verb::Unshare(arguments) => unshared(arguments),
            Verb::Clean => clean(runtime),
            Verb::Creator => create(runtime),
        }
    }
}

/// Parses the command line, obeys, and turns the end into an exit code: the
/// command's own, 125 when the runtime failed, 2 when the words were wrong.
pub fn main<V: Obey>(hooks: Hooks) -> ExitCode {
    // Lives as long as the program.
    let name: &'static str = program_name().leak();
    let words = Cli::<V>::command().name(name).get_matches();
    let cli = Cli::<V>::from_arg_matches(&words).unwrap_or_else(|error| error.exit());
    let runtime = Runtime {
        store: Store::new(cli.root.unwrap_or_else(default_root)),
        hooks,
    };
    let code = cli.verb.obey(&runtime);
    ExitCode::from(code.unwrap_or_else(|error| {
        eprintln!("{}: {error:#}", program_name());
        125
    }))
}

fn run(runtime: &Runtime, spec: &Spec) -> Result<u8> {
    if spec.detach {
        return start(runtime, spec);
    }
    // This process has just been started and has one thread: it can be the
    // creator itself. A server has to start one.
    creator::create(&runtime.store, spec, runtime.hooks, |started| {
        if let Err(failure) = started {
            advise(failure);
        }
    })
}

/// Lets a creator run it, and says its id once the command runs.
fn start(runtime: &Runtime, spec: &Spec) -> Result<u8> {
    match runtime.start(spec) {
        Ok(state) => {
            line(&state.id)?;
            Ok(0)
        }
        Err(error) => match error.downcast::<Failure>() {
            Ok(failure) => {
                eprintln!("{}: {failure}", program_name());
                advise(&failure);
                Ok(exit_code(&End::Failed(failure)))
            }
            Err(error) => Err(error),
        },
    }
}

fn clean(runtime: &Runtime) -> Result<u8> {
    let cleaned = runtime.clean()?;
    for id in cleaned.ended {
        line(format_args!("ended {id}, which is kept"))?;
    }
    for id in cleaned.removed {
        line(format_args!("removed {id}"))?;
    }
    Ok(0)
}

fn unshared(arguments: UnshareArgs) -> Result<u8> {
    let mut spec = Spec::new(arguments.command)?;
    let chosen = [
        (arguments.uts, Namespace::Uts),
        (arguments.mount, Namespace::Mount),
        (arguments.ipc, Namespace::Ipc),
        (arguments.pid, Namespace::Pid),
    ];
    spec.namespaces = chosen.into_iter().filter(|c| c.0).map(|c| c.1).collect();
    spec.hostname = arguments.hostname;
    spec.validate()?;
    let Err(failure) = unshare::run(&spec);
    eprintln!("{}: {failure}", program_name());
    advise(&failure);
    Ok(exit_code(&End::Failed(failure)))
}

/// The creator of a detached container: what to do comes on standard input, the
/// report of its start goes to standard output.
fn create(runtime: &Runtime) -> Result<u8> {
    let order = crate::runtime::read_order(take_stream(std::io::stdin(), 0)?)?;
    let report = take_stream(std::io::stdout(), 1)?;
    let started = |started: &Result<State, Failure>| {
        if let Err(failure) = started {
            advise(failure);
        }
        send_report(started, report);
    };
    let Runtime { store, hooks } = runtime;
    match order {
        Order::Create(spec) => creator::create(store, &spec, *hooks, started),
        Order::Again(id) => creator::create_again(store, &id, *hooks, started),
    }
}

/// Takes a stream for ourselves and leaves `/dev/null` in its place: the
/// command must not hold it.
fn take_stream(stream: impl AsFd, number: RawFd) -> Result<OwnedFd> {
    let ours = stream
        .as_fd()
        .try_clone_to_owned()
        .context("take a stream")?;
    let null = OpenOptions::new().read(true).write(true).open("/dev/null");
    let null = null.context("open /dev/null")?;
    sys::duplicate(null.as_fd(), number).context("leave /dev/null")?;
    Ok(ours)
}

/// Says what to do about the failure every newcomer meets.
fn advise(failure: &Failure) {
    let refused = failure.errno == Some(Errno::EPERM as i32);
    if refused
        && ["clone", "unshare"].contains(&failure.operation.as_str())
        && !Uid::effective().is_root()
    {
        eprintln!(
            "  new namespaces need root; `cargo xtask shell` opens a workbench where you are"
        );
    }
}

fn default_root() -> PathBuf {
    let base = match std::env::var_os("XDG_RUNTIME_DIR") {
        Some(directory) if !Uid::effective().is_root() => PathBuf::from(directory),
        _ => PathBuf::from("/run"),
    };
    base.join(program_name())
}
