//! Root's rights for one program: the check binary's, and nothing else.
//!
//! cargo builds as the user. Where a check can't run without root, the finished
//! program is started through `sudo`, `doas` or `run0`, whichever is there
//! first, after the learner was asked once.

mod cargo;
mod leave;
mod terminal;

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use lab_judge::Verdict;
use nix::unistd::{AccessFlags, access};

use crate::message::say;
use crate::observe::{Answers, Trouble};

pub use cargo::{cargo_as_root, refuse_cargo_as_root};
pub use leave::{leave, obtain, way};
pub use terminal::hold as hold_terminal;

/// A program that starts another as root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    Sudo,
    Doas,
    Run0,
}

impl Tool {
    const ALL: [Tool; 3] = [Tool::Sudo, Tool::Doas, Tool::Run0];

    pub fn name(self) -> &'static str {
        match self {
            Tool::Sudo => "sudo",
            Tool::Doas => "doas",
            Tool::Run0 => "run0",
        }
    }
}

/// The learner's leave to start the checks as root.
#[derive(Debug, Clone)]
pub struct Escalation {
    tool: Tool,
    program: PathBuf,
    /// Somebody is there to type a password.
    terminal: bool,
    asks_late: bool,
}

/// Why there is no root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// What happened.
    pub reason: String,
    /// What to do.
    pub remedy: String,
}

impl Refused {
    /// The verdict on every check that was not run because of it.
    pub fn verdict(&self) -> Verdict {
        Verdict::Machine {
            step: say!("escalate-step"),
            message: self.to_string(),
            missing: None,
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.reason, self.remedy)
    }
}

/// The first of the tools on PATH that may be started.
pub fn find() -> Option<(Tool, PathBuf)> {
    let path = env::var_os("PATH")?;
    Tool::ALL.into_iter().find_map(|tool| {
        let mut places = env::split_paths(&path).map(|folder| folder.join(tool.name()));
        let starts = |place: &PathBuf| place.is_file() && access(place, AccessFlags::X_OK).is_ok();
        Some((tool, places.find(starts)?))
    })
}

impl Escalation {
    /// The same program as root: its arguments, its folder, and the variables
    /// that were set for it, which every tool would otherwise drop.
    pub fn of(&self, command: &Command) -> Command {
        let mut escalated = Command::new(&self.program);
        match self.tool {
            Tool::Sudo | Tool::Doas if !self.terminal => {
                escalated.arg("-n");
            }
            Tool::Sudo | Tool::Doas => {}
            Tool::Run0 => {
                // It starts in root's home otherwise.
                let here = env::current_dir().unwrap_or_default();
                let folder = here.join(command.get_current_dir().unwrap_or(Path::new("")));
                let mut option = OsString::from("--chdir=");
                option.push(folder);
                escalated.arg(option);
            }
        }
        escalated.arg("--");
        let mut variables = Vec::new();
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => {
                    let mut setting = name.to_owned();
                    setting.push("=");
                    setting.push(value);
                    variables.push(setting);
                }
                None => {
                    escalated.env_remove(name);
                }
            }
        }
        if !variables.is_empty() {
            escalated.arg("/usr/bin/env").args(variables);
        }
        escalated
            .arg(command.get_program())
            .args(command.get_args());
        if let Some(folder) = command.get_current_dir() {
            escalated.current_dir(folder);
        }
        escalated
    }

    /// Lets sudo ask for the password now, if it wants one. The others have no
    /// way to ask before they start something, and a sudo that forgets at once
    /// asks again then.
    fn authenticate(&mut self) -> Result<bool> {
        self.asks_late = self.terminal && self.tool != Tool::Sudo;
        if self.tool != Tool::Sudo || !self.terminal {
            return Ok(true);
        }
        // Not `-v`: it wants a password unless all of a user's rules are without
        // one (sudoers(5), verifypw).
        let starts_unasked = || {
            let mut command = Command::new(&self.program);
            command.args(["-n", "--", "true"]).stdin(Stdio::null());
            command.stdout(Stdio::null()).stderr(Stdio::null());
            command.status().context("start sudo")
        };
        if starts_unasked()?.success() {
            return Ok(true);
        }
        let mut ask = Command::new(&self.program);
        ask.arg("-v").stdout(Stdio::null());
        let held = hold_terminal()?;
        let ended = ask.status().context("start sudo")?;
        drop(held);
        if ended.success() {
            self.asks_late = !starts_unasked()?.success();
        }
        Ok(ended.success())
    }

    /// Whether a run without any answer means that the tool refused: then its
    /// last words are the reason. A check binary that says nothing is not told
    /// apart, and is no more green than one that was not started.
    pub fn refused(&self, answers: &Answers) -> Option<Refused> {
        let ended = |trouble: &Trouble| matches!(trouble, Trouble::Ended { .. });
        if !answers.outcomes.is_empty() || !answers.troubles.iter().any(ended) {
            return None;
        }
        let tool = self.tool.name();
        let mut lines = answers.stderr.lines().map(str::trim);
        let said = lines.rfind(|line| !line.is_empty()).unwrap_or_default();
        let mut reason = say!("escalate-not-allowed", tool = tool);
        if !said.is_empty() {
            reason = format!("{reason}: {said}");
        }
        // Its password may be all that is missing, and nobody was asked for it.
        let remedy = match self.tool == Tool::Sudo && !self.terminal {
            true => say!("escalate-not-asked-do"),
            false => say!("escalate-not-allowed-do", tool = tool),
        };
        Some(Refused { reason, remedy })
    }

    /// Whether a password may be typed while the program already counts as
    /// started.
    pub fn asks_late(&self) -> bool {
        self.asks_late
    }
}

/// A command as one would type it.
fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escalated(tool: Tool, terminal: bool) -> String {
        let mut command = Command::new("/w/target/debug/deps/check-1");
        command
            .args(["observe", "pid"])
            .env("PATH", "/w:/bin")
            .env_remove("RUST_BACKTRACE")
            .current_dir("/w/labs/lab-01");
        let escalation = Escalation {
            tool,
            program: tool.name().into(),
            terminal,
            asks_late: false,
        };
        let command = escalation.of(&command);
        assert_eq!(command.get_current_dir(), Some(Path::new("/w/labs/lab-01")));
        assert!(command.get_envs().any(|(name, _)| name == "RUST_BACKTRACE"));
        shown(&command)
    }

    #[test]
    fn each_tool_starts_the_same_program() {
        let rest = "-- /usr/bin/env PATH=/w:/bin /w/target/debug/deps/check-1 observe pid";
        assert_eq!(escalated(Tool::Sudo, true), format!("sudo {rest}"));
        assert_eq!(escalated(Tool::Sudo, false), format!("sudo -n {rest}"));
        assert_eq!(escalated(Tool::Doas, false), format!("doas -n {rest}"));
        assert_eq!(
            escalated(Tool::Run0, true),
            format!("run0 --chdir=/w/labs/lab-01 {rest}")
        );
    }
}
