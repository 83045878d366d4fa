//! What this lab adds to the command line: an image for `run`, and the verbs
//! that look at a container's files, or make an image of them.

mod image;
mod show;

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use cgroups::freeze;
use cgroups::group::Group;
use clap::{Args, Subcommand};
use namespaces::cli::{Obey, Wanted};
use namespaces::runtime::program_name;
use namespaces::spec::random_id;
use namespaces::state::Status;
use namespaces::{Runtime, Spec};

use crate::commit::{Notes, commit};
use crate::diff::diff;
use crate::hook::{PART, Part};
use crate::image::{Execution, Image, Name};
use crate::process::{self, STANDARD_PATH};
use crate::room;
use crate::store::Store;

pub use image::ImageVerb;

/// What `run` takes in this lab: options, then an image and a command. With
/// `--rootfs`, or after `--`, only a command, as in the labs before.
#[derive(Debug, Args)]
#[group(skip)]
#[command(mut_arg("command", |words| words
    .value_name("IMAGE|COMMAND")
    .help("The image, and the command and its arguments [default: the image's]; \
           with --rootfs, or after --, the command alone")))]
pub struct RunArgs {
    #[command(flatten)]
    pub rootfs: rootfs::cli::RunArgs,
    #[command(flatten)]
    pub image: ImageArgs,
}

/// How the command is started, and what becomes of its files.
#[derive(Debug, Args)]
#[command(next_help_heading = "Image and process")]
pub struct ImageArgs {
    #[command(flatten)]
    pub store: StoreArgs,
    /// Remove the container and its files when the command has ended
    #[arg(long)]
    pub rm: bool,
    /// Set a variable; without a value, to the one it has here
    #[arg(short, long, value_name = "NAME[=VALUE]")]
    pub env: Vec<String>,
    /// Directory to start in [default: the image's]
    #[arg(short, long, value_name = "DIR")]
    pub workdir: Option<PathBuf>,
    /// User, or user:group, by name or number [default: the image's]
    #[arg(short, long)]
    pub user: Option<String>,
    /// Program to start instead of the image's
    #[arg(long, value_name = "PROGRAM")]
    pub entrypoint: Option<String>,
}

/// Where the images are.
#[derive(Debug, Args)]
pub struct StoreArgs {
    /// Directory of the images and the containers' files
    /// [default: $CONTAINER_STORE, or /var/lib/PROGRAM]
    #[arg(long, value_name = "DIR")]
    pub store: Option<PathBuf>,
}

impl StoreArgs {
    /// The store, which is made where it is missing.
    pub fn open(&self) -> Result<Store> {
        Store::open(self.store.as_deref())
    }
}

/// The verbs of this lab beside lab 03's.
#[derive(Debug, Subcommand)]
pub enum Verb<R: Wanted> {
    #[command(flatten)]
    Rootfs(rootfs::cli::Verb<R>),
    /// List images, tell what they are made of, make and remove them
    #[command(subcommand)]
    Image(ImageVerb),
    /// List what a container has added (A), changed (C) and deleted (D)
    #[command(after_help = "Example: diff box")]
    Diff { name: String },
    /// List what a directory says as a layer: of what is below it, and itself
    #[command(after_help = "Example: layer /tmp/changes")]
    Layer {
        /// A layer's directory, or a container's upper one
        dir: PathBuf,
    },
    /// Make an image of a container's files
    #[command(after_help = "Example: commit --message 'with a note' box notes:1")]
    Commit(CommitArgs),
    /// Remove containers, and all that they have written
    #[command(after_help = "Example: rm box")]
    Rm {
        /// Those that run as well: end them first
        #[arg(short, long)]
        force: bool,
        #[arg(required = true, value_name = "NAME")]
        names: Vec<String>,
    },
}

#[derive(Debug, Args)]
pub struct CommitArgs {
    /// The container
    name: String,
    /// The image: NAME[:TAG]
    image: Name,
    /// What this layer is for
    #[arg(short, long)]
    message: Option<String>,
    /// Who made it
    #[arg(short, long)]
    author: Option<String>,
}

impl Wanted for RunArgs {
    fn spec(self) -> Result<Spec> {
        let RunArgs { rootfs, image } = self;
        let words = rootfs.cgroups.namespaces.command.clone();
        if rootfs.root.rootfs.is_some() || is_behind_dashes(&words) {
            image.none()?;
            let mut spec = rootfs.spec()?;
            image.describe(&mut spec, None)?;
            return Ok(spec);
        }
        let store = image.store.open()?;
        let found = store.image(&words[0])?;
        let mut spec = rootfs.cgroups.spec()?;
        spec.args = image.command(&found, &words[1..])?;
        spec.keep = !image.rm;
        let part = Part {
            store: store.root().into(),
            image: found,
            token: random_id()?,
            bare: rootfs.root.bare,
        };
        let root = rootfs.root.part(part.room(&spec.id).merged());
        image.describe(&mut spec, Some(&part.image))?;
        let extensions = &mut spec.extensions;
        extensions.insert(rootfs::hook::PART.into(), serde_json::to_value(root)?);
        extensions.insert(PART.into(), serde_json::to_value(part)?);
        spec.validate()?;
        Ok(spec)
    }
}

/// Whether `--` stood in front of these words, which are the last of our own
/// arguments. The parser drops it.
fn is_behind_dashes(words: &[String]) -> bool {
    let before = std::env::args_os().rev().nth(words.len());
    before.is_some_and(|word| word == "--")
}

impl ImageArgs {
    /// Refuses words about an image when there is none.
    fn none(&self) -> Result<()> {
        for (given, word) in [
            (self.store.store.is_some(), "--store"),
            (self.entrypoint.is_some(), "--entrypoint"),
        ] {
            ensure!(
                !given,
                "{word}: there is no image; give its name before the command, without --"
            );
        }
        Ok(())
    }

    /// The program and its arguments: of the image, as far as `words` don't
    /// replace them.
    fn command(&self, image: &Image, words: &[String]) -> Result<Vec<String>> {
        let Execution {
            entrypoint, cmd, ..
        } = image.config.config.clone().unwrap_or_default();
        // Arguments that belong to another program are nothing to this one.
        let (mut command, default) = match &self.entrypoint {
            Some(program) => (vec![program.clone()], Vec::new()),
            None => (entrypoint.unwrap_or_default(), cmd.unwrap_or_default()),
        };
        command.extend(if words.is_empty() {
            default
        } else {
            words.to_vec()
        });
        if command.is_empty() {
            bail!("image {} names no command: give one", image.name);
        }
        Ok(command)
    }

    /// Writes into the spec how the command starts.
    fn describe(&self, spec: &mut Spec, image: Option<&Image>) -> Result<()> {
        let mut part = process::Part::default();
        if let Some(image) = image {
            let execution = image.config.config.clone().unwrap_or_default();
            part.clear = true;
            part.env.push(format!("PATH={STANDARD_PATH}"));
            part.env.push("HOME=/root".into());
            if let Some(name) = &spec.hostname {
                part.env.push(format!("HOSTNAME={name}"));
            }
            part.env.extend(execution.env.unwrap_or_default());
            part.cwd = some(execution.working_dir).map(PathBuf::from);
            part.user = some(execution.user);
        }
        for setting in &self.env {
            let name = setting.split('=').next().unwrap_or_default();
            ensure!(!name.is_empty(), "--env {setting:?}: a variable has a name");
            if setting.contains('=') {
                part.env.push(setting.clone());
            } else if let Ok(value) = std::env::var(setting) {
                part.env.push(format!("{setting}={value}"));
            }
        }
        part.cwd = self.workdir.clone().or(part.cwd);
        part.user = self.user.clone().or(part.user);
        if let Some(cwd) = &part.cwd {
            ensure!(
                cwd.is_absolute(),
                "directory {}: it must begin with /",
                cwd.display()
            );
        }
        if part != process::Part::default() {
            spec.extensions
                .insert(process::PART.into(), serde_json::to_value(part)?);
        }
        Ok(())
    }
}

/// An empty word counts as none.
fn some(word: Option<String>) -> Option<String> {
    word.filter(|word| !word.is_empty())
}

impl<R: Wanted> Obey for Verb<R> {
    fn obey(self, runtime: &Runtime) -> Result<u8> {
        match self {
            Verb::Rootfs(verb) => {
                let clean = is_clean(&verb);
                let code = verb.obey(runtime)?;
                let store = if clean { Store::found()? } else { None };
                if let Some(store) = store {
                    for name in room::sweep(&store)? {
                        println!("removed the files of {name}");
                    }
                }
                return Ok(code);
            }
            Verb::Image(verb) => verb.obey()?,
            Verb::Diff { name } => {
                let (_, part) = layered(runtime, &name)?;
                let room = part.room(&name);
                show::changes(&diff(&room.upper(), &room.layers()?)?)?;
            }
            Verb::Layer { dir } => show::layer(&dir)?,
            Verb::Commit(arguments) => {
                let image = committed(runtime, arguments)?;
                println!("{} {}", image.name, image.id.short());
            }
            Verb::Rm { force, names } => {
                for name in names {
                    remove(runtime, &name, force)?;
                }
            }
        }
        Ok(0)
    }
}

/// Whether this is lab 01's `clean`.
fn is_clean<R: Wanted>(verb: &rootfs::cli::Verb<R>) -> bool {
    use cgroups::cli::Verb::Namespaces;
    use namespaces::cli::Verb::Clean;
    matches!(verb, rootfs::cli::Verb::Cgroups(Namespaces(Clean)))
}

/// A container that stands on an image, and its part.
fn layered(runtime: &Runtime, name: &str) -> Result<(Spec, Part)> {
    let spec = runtime.store.spec(name)?;
    let spec = spec.with_context(|| format!("there is no container {name}"))?;
    let part: Option<Part> = spec.extension(PART)?;
    let part = part.with_context(|| format!("container {name} has no image"))?;
    ensure!(
        part.room(name).is_ours()?,
        "container {name} has no files yet, or none any more"
    );
    Ok((spec, part))
}

fn committed(runtime: &Runtime, arguments: CommitArgs) -> Result<Image> {
    let CommitArgs {
        name,
        image,
        message,
        author,
    } = arguments;
    let (spec, part) = layered(runtime, &name)?;
    let notes = Notes {
        message,
        author,
        created_by: Some(spec.args.join(" ")),
    };
    let store = Store::known(&part.store);
    let _still = Still::of(runtime, &spec)?;
    commit(&store, &part.room(&name), &part.image, image, notes)
        .with_context(|| format!("commit container {name}"))
}

/// A container that stands still as long as this lives, so that one file isn't
/// from before and another from after.
struct Still(Option<Group>);

impl Still {
    /// Pauses a container that runs. One that has no cgroup, or is paused
    /// already, stays as it is.
    fn of(runtime: &Runtime, spec: &Spec) -> Result<Still> {
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

fn remove(runtime: &Runtime, name: &str, force: bool) -> Result<()> {
    // One whose runtime was killed has ended, and doesn't know yet.
    runtime.settle(name)?;
    if runtime.store.spec(name)?.is_none() && !force {
        bail!("there is no container {name}");
    }
    let state = runtime.store.state(name)?;
    let runs = state.is_some_and(|state| state.status != Status::Stopped);
    ensure!(
        force || !runs,
        "container {name} runs; --force ends it first"
    );
    runtime.remove(name)?;
    println!("{name}");
    Ok(())
}
