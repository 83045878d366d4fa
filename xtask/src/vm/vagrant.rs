//! Machines that Vagrant makes: a whole system with a toolchain, the repository
//! in `/workshop`. What is checked there is built there.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::folder::NODES;
use super::packages::{last_line, on_path};
use crate::failure::{Exit, Failure};
use crate::process;
use crate::workspace::Workspace;

/// The provider's socket, where libvirt runs for the whole machine.
const LIBVIRT: &str = "/run/libvirt/libvirt-sock";

/// Time for Vagrant to answer a question, which it does slowly.
const ASK: Duration = Duration::from_secs(120);

/// Runs the check binary of a package as root, built as the user.
const OBSERVE: &str = "exec cargo --config 'target.\"cfg(unix)\".runner=\"sudo -n\"' test --quiet";

/// The folder of the Vagrantfile.
#[derive(Debug, Clone)]
pub struct Vagrant {
    folder: PathBuf,
    /// Where it notes which machines it has made.
    notes: PathBuf,
}

impl Vagrant {
    /// Vagrant with the Vagrantfile of this repository.
    pub fn of(workspace: &Workspace) -> Vagrant {
        let folder = workspace.root.join("vm");
        // Vagrant's own word for another place of its notes.
        let notes = env::var_os("VAGRANT_DOTFILE_PATH").unwrap_or(".vagrant".into());
        Vagrant {
            notes: folder.join(notes),
            folder,
        }
    }

    /// Whether it and a provider of machines for it are installed.
    pub fn is_usable(&self) -> bool {
        if !on_path("vagrant") {
            return false;
        }
        on_path("VBoxManage") || (Path::new(LIBVIRT).exists() && self.has_plugin("vagrant-libvirt"))
    }

    fn has_plugin(&self, name: &str) -> bool {
        let mut vagrant = self.command(&["plugin", "list"]);
        let listed = process::run(&mut vagrant, ASK, 1 << 16);
        listed.is_ok_and(|ended| ended.stdout.contains(name))
    }

    /// The provider of a machine that was made and not destroyed.
    pub fn provider(&self, node: &str) -> Option<String> {
        let made = fs::read_dir(self.notes.join("machines").join(node)).ok()?;
        let mut with_id = made
            .flatten()
            .filter(|entry| entry.path().join("id").is_file());
        Some(with_id.next()?.file_name().to_string_lossy().into_owned())
    }

    /// Whether any machine was made and not destroyed.
    pub fn has_machines(&self) -> bool {
        NODES.iter().any(|node| self.provider(node).is_some())
    }

    /// Runs one of its commands on this terminal.
    ///
    /// # Errors
    /// It can't be started.
    pub fn run(&self, words: &[&str]) -> Result<Exit, Failure> {
        let status = self.command(words).status().context("start vagrant")?;
        Ok(if status.success() {
            Exit::Green
        } else {
            Exit::Machine
        })
    }

    /// `vagrant ssh`, with its own exit status; does not return but with an
    /// error.
    ///
    /// # Errors
    /// It can't be started.
    pub fn ssh(&self, node: &str, command: &[String]) -> Result<Exit, Failure> {
        let mut words = vec!["ssh", node];
        if !command.is_empty() {
            words.push("--");
        }
        let mut vagrant = self.command(&words);
        let status = vagrant.args(command).status().context("start vagrant")?;
        std::process::exit(status.code().unwrap_or(i32::from(Exit::Machine.status())))
    }

    /// The kernel of a machine that runs.
    ///
    /// # Errors
    /// It doesn't answer.
    pub fn kernel(&self, node: &str) -> Result<String> {
        let mut vagrant = self.command(&["ssh", node, "--", "uname", "-r"]);
        let ended = process::run(&mut vagrant, ASK, 4096)?;
        if !ended.status.success() {
            bail!(
                "{node} doesn't answer: {}; `cargo xtask vm up`",
                last_line(&ended.stderr)
            );
        }
        Ok(ended.stdout.trim().to_owned())
    }

    /// Copies the sources there, where they aren't shared, and builds a check
    /// binary. False when it doesn't compile; the compiler's words are on the
    /// terminal.
    ///
    /// # Errors
    /// The machine is out of reach.
    pub fn build(&self, node: &str, package: &str) -> Result<bool> {
        if self.provider(node).as_deref() == Some("libvirt") {
            let mut vagrant = self.command(&["rsync", node]);
            let ended = process::run(&mut vagrant, ASK, 1 << 16)?;
            if !ended.status.success() {
                bail!("copy the sources to {node}: {}", last_line(&ended.stderr));
            }
        }
        let script =
            format!("cd /workshop && cargo test --no-run --quiet -p {package} --test check");
        let mut vagrant = self.command(&["ssh", node, "--", &script]);
        let status = vagrant
            .stdout(Stdio::null())
            .status()
            .context("start vagrant")?;
        match status.code() {
            Some(0) => Ok(true),
            // ssh's own, and Vagrant's: nothing was compiled.
            Some(255 | 1) | None => bail!("{node} is out of reach: {status}"),
            _ => Ok(false),
        }
    }

    /// The command to which the words of a check binary can be added.
    pub fn observe(&self, node: &str, package: &str) -> Command {
        let script = format!("cd /workshop && {OBSERVE} -p {package} --test check --");
        self.command(&["ssh", node, "--", &script])
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut vagrant = Command::new("vagrant");
        // By its own variable: a command may be started in another folder.
        vagrant.args(words).env("VAGRANT_CWD", &self.folder);
        vagrant
    }
}
