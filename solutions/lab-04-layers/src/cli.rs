//! What this lab adds to the command line: an image for `run`, and the verbs
//! that look at a container's files, or make an image of them.

mod image;
mod run;
mod show;
mod still;

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, Subcommand};
use namespaces::cli::{Obey, Wanted};
use namespaces::print::line;
use namespaces::state::Status;
use namespaces::{Runtime, Spec};

use crate::commit::{Notes, commit};
use crate::diff::diff;
use crate::hook::{PART, Part};
use crate::image::{Image, Name};
use crate::room;
use crate::store::Store;
use crate::unused;

pub use image::ImageVerb;
pub use run::{ImageArgs, RunArgs, StoreArgs};
use still::Still;

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

impl<R: Wanted> Obey for Verb<R> {
    fn obey(self, runtime: &Runtime) -> Result<u8> {
        match self {
            Verb::Rootfs(verb) => {
                let clean = is_clean(&verb);
                let code = verb.obey(runtime)?;
                let store = if clean { Store::found()? } else { None };
                if let Some(store) = store {
                    for name in room::sweep(&store)? {
                        line(format_args!("removed the files of {name}"))?;
                    }
                    unused::sweep(&store)?;
                }
                return Ok(code);
            }
            Verb::Image(verb) => verb.obey()?,
            Verb::Diff { name } => {
                let (spec, part) = layered(runtime, &name)?;
                let room = part.room(&spec.id);
                show::changes(&diff(&room.upper(), &room.layers()?)?)?;
            }
            Verb::Layer { dir } => show::layer(&dir)?,
            Verb::Commit(arguments) => {
                let image = committed(runtime, arguments)?;
                line(format_args!("{} {}", image.name, image.id.short()))?;
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

/// The container that `word` means, which stands on an image, and its part.
fn layered(runtime: &Runtime, word: &str) -> Result<(Spec, Part)> {
    let name = &runtime.store.resolve(word)?;
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
    commit(&store, &part.room(&spec.id), &part.image, image, notes)
        .with_context(|| format!("commit container {}", spec.id))
}

fn remove(runtime: &Runtime, word: &str, force: bool) -> Result<()> {
    let Some(name) = &runtime.store.named(word)? else {
        // As with docker: what isn't there needs no force.
        ensure!(force, "there is no container {word}");
        return Ok(());
    };
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
    line(name)?;
    Ok(())
}
