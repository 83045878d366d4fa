//! `run IMAGE [COMMAND…]`: words in, a spec out.

use std::path::PathBuf;

use anyhow::{Result, bail, ensure};
use clap::Args;
use namespaces::Spec;
use namespaces::cli::Wanted;
use namespaces::spec::random_id;

use crate::hook::{PART, Part};
use crate::image::{Execution, Image};
use crate::process::{self, STANDARD_PATH};
use crate::store::Store;

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

impl Wanted for RunArgs {
    fn spec(self) -> Result<Spec> {
        let has_image = self.has_image();
        let RunArgs { rootfs, image } = self;
        let words = rootfs.cgroups.namespaces.command.clone();
        if !has_image {
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

impl RunArgs {
    /// Whether the container stands on an image: the first word is its name.
    fn has_image(&self) -> bool {
        let root = &self.rootfs.root.rootfs;
        root.is_none() && !is_behind_dashes(&self.rootfs.cgroups.namespaces.command)
    }

    /// Whether the container has a root of its own, from an image or a
    /// directory, and not the host's.
    pub fn has_root(&self) -> bool {
        self.rootfs.root.rootfs.is_some() || self.has_image()
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
