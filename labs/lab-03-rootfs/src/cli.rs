//! What this lab adds to the command line: a root file system for `run`, and
//! the program that leaves a chroot.

use std::convert::Infallible;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use clap::{Args, Subcommand};
use namespaces::cli::{Obey, Wanted};
use namespaces::{Runtime, Spec};

use crate::escape::escape;
use crate::hook::{PART, Part};
use crate::root;

/// What `run` takes in this lab.
#[derive(Debug, Args)]
#[group(skip)]
pub struct RunArgs {
    #[command(flatten)]
    pub cgroups: cgroups::cli::RunArgs,
    #[command(flatten)]
    pub root: RootArgs,
}

/// The files a container stands on.
#[derive(Debug, Args)]
#[command(next_help_heading = "Root file system")]
pub struct RootArgs {
    /// Directory that is the root inside [default: the host's root]
    #[arg(long, value_name = "DIR")]
    pub rootfs: Option<PathBuf>,
    /// Change to it by chroot: the weak version
    #[arg(long)]
    pub chroot: bool,
    // A chroot has no mount of its own that could be read-only.
    /// Let nothing be written in it
    #[arg(long, conflicts_with = "chroot")]
    pub read_only: bool,
    /// Make nothing in it: no /proc, no /sys, no /dev
    #[arg(long)]
    pub bare: bool,
    /// Leave what is dangerous in /proc and /sys open
    #[arg(long)]
    pub unmask: bool,
}

/// The verbs of this lab beside lab 02's.
#[derive(Debug, Subcommand)]
pub enum Verb<R: Wanted> {
    #[command(flatten)]
    Cgroups(cgroups::cli::Verb<R>),
    /// Leave the chroot this program is in, and run a command outside
    #[command(after_help = "Example: run --rootfs DIR --chroot -- lab escape -- cat /etc/hostname")]
    Escape {
        /// The command and its arguments
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<String>,
    },
}

impl RootArgs {
    /// What these words ask for of the directory `root`, wherever that comes
    /// from: absolute, without links.
    pub fn part(&self, root: PathBuf) -> Part {
        Part {
            root,
            chroot: self.chroot,
            read_only: self.read_only,
            bare: self.bare,
            unmask: self.unmask,
        }
    }

    /// Refuses words about a root when the host's is kept.
    pub fn about_none(&self) -> Result<()> {
        for (given, word) in [
            (self.chroot, "--chroot"),
            (self.read_only, "--read-only"),
            (self.bare, "--bare"),
            (self.unmask, "--unmask"),
        ] {
            ensure!(
                !given,
                "{word}: the root is this machine's own; give another"
            );
        }
        Ok(())
    }
}

impl Wanted for RunArgs {
    fn spec(self) -> Result<Spec> {
        let mut spec = self.cgroups.spec()?;
        match &self.root.rootfs {
            Some(rootfs) => {
                let part = serde_json::to_value(self.root.part(root::find(rootfs)?))?;
                spec.extensions.insert(PART.into(), part);
            }
            None => self.root.about_none()?,
        }
        Ok(spec)
    }
}

impl<R: Wanted> Obey for Verb<R> {
    fn obey(self, runtime: &Runtime) -> Result<u8> {
        match self {
            Verb::Cgroups(verb) => verb.obey(runtime),
            Verb::Escape { command } => match escaped(&command)? {},
        }
    }
}

/// Leaves, and becomes the command.
fn escaped(command: &[String]) -> Result<Infallible> {
    escape().context("leave the chroot")?;
    let error = Command::new(&command[0]).args(&command[1..]).exec();
    Err(error).with_context(|| format!("start {}", command[0]))
}
