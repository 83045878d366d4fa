//! A machine as the place where a check observes.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use vm_agent::Machine;

use super::agent::Agent;
use super::emulated::{self, GREETING};
use super::folder::Folder;
use super::keeper::Keeper;
use super::qemu::Accelerator;
use crate::workspace::Workspace;

/// Where a check's program observes. What was started for it ends with it.
#[derive(Debug)]
pub struct Place {
    node: String,
    folder: Folder,
    accelerator: Accelerator,
    machine: Machine,
    _keeper: Option<Keeper>,
}

impl Place {
    /// The machine that runs, or one started for this.
    ///
    /// # Errors
    /// It can't be started, or doesn't answer.
    pub fn find(workspace: &Workspace, node: &str) -> Result<Place> {
        let folder = Folder::of(workspace);
        let (accelerator, keeper) = match emulated::running(&folder) {
            Some(state) => (state.accelerator, None),
            None => {
                let started = emulated::start(workspace, &[node])?;
                (started.accelerator, Some(started.keeper))
            }
        };
        let (_, machine) = Agent::connect(&folder, node, GREETING)?;
        Ok(Place {
            node: node.to_owned(),
            folder,
            accelerator,
            machine,
            _keeper: keeper,
        })
    }

    /// Its name.
    pub fn node(&self) -> &str {
        &self.node
    }

    /// What it is.
    pub fn machine(&self) -> &Machine {
        &self.machine
    }

    /// How it is made.
    pub fn accelerator(&self) -> Accelerator {
        self.accelerator
    }

    /// Whether it is still there: what was not observed because it is gone says
    /// nothing about anybody's code.
    ///
    /// # Errors
    /// It doesn't answer.
    pub fn ensure_lives(&self) -> Result<()> {
        Agent::connect(&self.folder, &self.node, GREETING).map(|_| ())
    }

    /// Brings the check binary and the program it observes there, and gives the
    /// command that runs it there, to which its words can be added, as if it ran
    /// here.
    ///
    /// # Errors
    /// They can't be brought.
    pub fn command(&self, binary: &Path, program: Option<&Path>) -> Result<Command> {
        let (mut agent, machine) = Agent::connect(&self.folder, &self.node, GREETING)?;
        for program in std::iter::once(binary).chain(program) {
            emulated::bring(&mut agent, &machine, program)?;
        }
        // Whoever kills it closes the socket, and that ends the check there.
        let mut command = Command::new(std::env::current_exe().context("find this program")?);
        command.args(["vm", "ssh", &self.node, "--"]).arg(binary);
        Ok(command)
    }
}
