//! A machine as the place where a check observes.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use vm_agent::Machine;

use super::agent::Agent;
use super::bring::bring;
use super::emulated::{self, GREETING};
use super::folder::Folder;
use super::keeper::Keeper;
use super::qemu::Accelerator;
use super::vagrant::Vagrant;
use crate::build;
use crate::workspace::Workspace;

/// Where a check's program observes. What was started for it ends with it.
#[derive(Debug)]
pub struct Place {
    node: String,
    kind: Kind,
    /// Of a machine that was started for this.
    _keeper: Option<Keeper>,
}

/// Who made the machine.
#[derive(Debug)]
pub enum Kind {
    /// This program; what is built here is brought there.
    Emulated {
        folder: Folder,
        accelerator: Accelerator,
        machine: Machine,
    },
    /// Vagrant; it is built there.
    Vagrant {
        vagrant: Vagrant,
        provider: String,
        kernel: String,
    },
}

impl Place {
    /// The machine that runs, or one started for this.
    ///
    /// # Errors
    /// It can't be started, or doesn't answer.
    pub fn find(workspace: &Workspace, node: &str) -> Result<Place> {
        let folder = Folder::of(workspace);
        let vagrant = Vagrant::of(workspace);
        let node = node.to_owned();
        let running = emulated::running(&folder);
        if let (None, Some(provider)) = (&running, vagrant.provider(&node)) {
            let kernel = vagrant.kernel(&node)?;
            let kind = Kind::Vagrant {
                vagrant,
                provider,
                kernel,
            };
            return Ok(Place {
                node,
                kind,
                _keeper: None,
            });
        }
        let (accelerator, keeper) = match running {
            Some(state) => (state.accelerator, None),
            None => {
                let started = emulated::start(workspace, &[&node])?;
                (started.accelerator, Some(started.keeper))
            }
        };
        let (_, machine) = Agent::connect(&folder, &node, GREETING)?;
        let kind = Kind::Emulated {
            folder,
            accelerator,
            machine,
        };
        Ok(Place {
            node,
            kind,
            _keeper: keeper,
        })
    }

    /// Its name.
    pub fn node(&self) -> &str {
        &self.node
    }

    /// What it is.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// Whether it is still there: what was not observed because it is gone says
    /// nothing about anybody's code.
    ///
    /// # Errors
    /// It doesn't answer.
    pub fn ensure_lives(&self) -> Result<()> {
        match &self.kind {
            Kind::Emulated { folder, .. } => {
                Agent::connect(folder, &self.node, GREETING).map(|_| ())
            }
            Kind::Vagrant { vagrant, .. } => vagrant.kernel(&self.node).map(|_| ()),
        }
    }

    /// Builds a package's check binary, here or there; a name for it to give
    /// to [`Place::command`]. `None` when it doesn't compile.
    ///
    /// # Errors
    /// cargo can't be started, or the machine is out of reach.
    pub fn build(&self, root: &Path, package: &str, quiet: bool) -> Result<Option<PathBuf>> {
        match &self.kind {
            Kind::Emulated { .. } => build::check_binary(root, package, quiet),
            Kind::Vagrant { vagrant, .. } => {
                let built = vagrant.build(&self.node, package)?;
                Ok(built.then(|| PathBuf::from(package)))
            }
        }
    }

    /// The command that runs a check binary there as if it ran here; its words
    /// can be added. What is built here, and the program it observes, is brought
    /// there first.
    ///
    /// # Errors
    /// They can't be brought.
    pub fn command(&self, binary: &Path, program: Option<&Path>) -> Result<Command> {
        match &self.kind {
            Kind::Emulated { folder, .. } => {
                let (mut agent, machine) = Agent::connect(folder, &self.node, GREETING)?;
                let programs: Vec<&Path> = std::iter::once(binary).chain(program).collect();
                bring(&mut agent, &machine, &programs)?;
                // Whoever kills it closes the socket, and that ends the check.
                let own = std::env::current_exe().context("find this program")?;
                let mut command = Command::new(own);
                command.args(["vm", "ssh", &self.node, "--"]).arg(binary);
                Ok(command)
            }
            Kind::Vagrant { vagrant, .. } => {
                Ok(vagrant.observe(&self.node, &binary.to_string_lossy()))
            }
        }
    }
}
