//! What this lab adds to the command line: `run` in the background, at a
//! terminal, with volumes; and the verbs for containers that live on.

mod exec;
mod life;
mod logs;
mod ps;
mod volumes;

use anyhow::{Context, Result, ensure};
use cgroups::quantity::Quantity;
use clap::{Args, Subcommand, ValueEnum};
use layers::Store;
use namespaces::cli::{Obey, Wanted};
use namespaces::print::print;
use namespaces::{Runtime, Spec};

use crate::hook::{PART, Part};
use crate::sealed;
use crate::status::{Act, Status, next};
use crate::terminal;
use crate::volume::shelf::Shelf;
use crate::volume::{Source, Volume, parse};

pub use exec::ExecArgs;
pub use life::{KillArgs, StopArgs};
pub use logs::LogsArgs;
pub use ps::PsArgs;
pub use volumes::VolumeVerb;

/// What `run` takes in this lab.
#[derive(Debug, Args)]
#[group(skip)]
pub struct RunArgs {
    #[command(flatten)]
    pub layers: layers::cli::RunArgs,
    #[command(flatten)]
    pub life: LifeArgs,
}

/// How a container lives, and what it is shown.
#[derive(Debug, Args)]
#[command(next_help_heading = "Life and volumes")]
pub struct LifeArgs {
    /// Run it in the background, and print its name
    #[arg(short, long)]
    pub detach: bool,
    /// With -t: pass keys on; without it standard input is passed on anyway
    #[arg(short, long)]
    pub interactive: bool,
    /// Give it a terminal of its own
    #[arg(short = 't', long = "tty")]
    pub terminal: bool,
    /// Show it a directory or a file of the host, or a named volume
    #[arg(short, long, value_name = "SOURCE:TARGET[:ro]")]
    pub volume: Vec<String>,
    /// Bytes of each of the two files its output is kept in [default: 10Mi]
    #[arg(long, value_name = "QUANTITY")]
    pub log_max_size: Option<Quantity>,
    /// Whose cgroups it sees: its own as the root of all, or the host's
    #[arg(long, default_value = "private")]
    pub cgroupns: CgroupNamespace,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CgroupNamespace {
    Private,
    Host,
}

/// The verbs of this lab beside lab 04's.
#[derive(Debug, Subcommand)]
pub enum Verb<R: Wanted> {
    #[command(flatten)]
    Layers(layers::cli::Verb<R>),
    /// List containers
    #[command(after_help = "Example: ps -a")]
    Ps(PsArgs),
    /// Show what a container has written
    #[command(after_help = "Example: logs -f box")]
    Logs(LogsArgs),
    /// Run another command in a container
    #[command(after_help = "Example: exec -it box sh")]
    Exec(ExecArgs),
    /// Ask containers to end, and end them when they don't
    #[command(after_help = "Example: stop --time 3 box")]
    Stop(StopArgs),
    /// Send containers a signal
    #[command(after_help = "Example: kill -s HUP box")]
    Kill(KillArgs),
    /// Start containers that have ended once more
    #[command(after_help = "Example: start box")]
    Start {
        #[arg(required = true, value_name = "NAME")]
        names: Vec<String>,
    },
    /// Stop containers and start them again
    #[command(after_help = "Example: restart box")]
    Restart(StopArgs),
    /// Wait until containers have ended, and print their exit codes
    #[command(after_help = "Example: wait box")]
    Wait {
        #[arg(required = true, value_name = "NAME")]
        names: Vec<String>,
    },
    /// Make, list and remove named volumes
    #[command(subcommand)]
    Volume(VolumeVerb),
    /// Print what may be done with a container, and where it leads
    #[command(after_help = "Example: states")]
    States,
}

impl Wanted for RunArgs {
    fn spec(self) -> Result<Spec> {
        let RunArgs { layers, life } = self;
        let has_root = layers.has_root();
        if has_root {
            // What it can get hold of of this program must not be the host's.
            sealed::go_on_sealed()?;
        }
        let (store, rm) = (layers.image.store.store.clone(), layers.image.rm);
        let mut spec = layers.spec()?;
        if life.terminal && !life.detach {
            terminal::ours(life.interactive)?;
        }
        spec.detach = life.detach;
        spec.keep = !rm && (spec.keep || life.detach);
        let mut part = Part {
            terminal: life.terminal,
            interactive: life.interactive,
            max_log: life.log_max_size.map(|size| bytes(&size)).transpose()?,
            cgroup_namespace: life.cgroupns == CgroupNamespace::Private && has_root,
            volumes: Vec::new(),
        };
        for text in &life.volume {
            ensure!(
                has_root,
                "volume {text:?}: the container has the host's root; give an image, or --rootfs"
            );
            let mut volume = parse(text)?;
            prepare(&mut volume, || Store::open(store.as_deref()))?;
            let taken = |other: &Volume| other.target == volume.target;
            ensure!(
                !part.volumes.iter().any(taken),
                "volume {text:?}: {} has one already",
                volume.target.display()
            );
            part.volumes.push(volume);
        }
        spec.extensions
            .insert(PART.into(), serde_json::to_value(part)?);
        Ok(spec)
    }
}

fn bytes(size: &Quantity) -> Result<u64> {
    let bytes = size.whole().context("--log-max-size")?;
    // A record of the longest piece, with its head.
    ensure!(bytes >= 32 * 1024, "--log-max-size: must be 32Ki at least");
    Ok(bytes)
}

/// Finds the path, or makes the named volume where there is none of the name.
fn prepare(volume: &mut Volume, store: impl FnOnce() -> Result<Store>) -> Result<()> {
    match &mut volume.source {
        Source::Path(path) => {
            // A word that is mistyped must not become a directory of root's.
            *path = path
                .canonicalize()
                .with_context(|| format!("volume {}", path.display()))?;
        }
        Source::Named(name) => {
            let shelf = Shelf::of(store()?.root());
            shelf.create(name)?;
            volume.shelf = Some(shelf.place(name)?);
        }
    }
    Ok(())
}

impl<R: Wanted> Obey for Verb<R> {
    fn obey(self, runtime: &Runtime) -> Result<u8> {
        match self {
            Verb::Layers(verb) => return life::earlier(verb, runtime),
            Verb::Ps(arguments) => ps::list(runtime, &arguments)?,
            Verb::Logs(arguments) => logs::show(runtime, &arguments)?,
            Verb::Exec(arguments) => return exec::enter(runtime, arguments),
            Verb::Stop(arguments) => life::stop_all(runtime, &arguments)?,
            Verb::Kill(arguments) => life::kill_all(runtime, &arguments)?,
            Verb::Start { names } => life::start_all(runtime, &names)?,
            Verb::Restart(arguments) => life::restart_all(runtime, &arguments)?,
            Verb::Wait { names } => life::wait_all(runtime, &names)?,
            Verb::Volume(verb) => verb.obey(runtime)?,
            Verb::States => print(&states())?,
        }
        Ok(0)
    }
}

/// The table, as [`next`] answers.
fn states() -> String {
    let acts = Act::value_variants().iter();
    let line = |first: String, fields: Vec<String>| {
        let fields = fields.iter().map(|field| format!("{field:11}"));
        let line = format!("{first:12}{}", fields.collect::<String>());
        format!("{}\n", line.trim_end())
    };
    let mut text = line(String::new(), acts.clone().map(Act::to_string).collect());
    for from in Status::ALL {
        let leads = |act: &Act| next(from, *act).map_or("-".into(), |to| to.to_string());
        text.push_str(&line(from.to_string(), acts.clone().map(leads).collect()));
    }
    text
}
