//! What runs: written by the keeper, read by every later command, believed only
//! as far as the kernel confirms it.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::folder::Folder;
use super::qemu::Accelerator;
use crate::{files, process};

const FILE: &str = "machines.json";

/// A process that can't be taken for a later one with the same number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    pub pid: u32,
    /// Clock ticks after the host's start: field 22 of `/proc/PID/stat`
    /// (proc_pid_stat(5)).
    pub started: u64,
}

/// The machines of one `up`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    pub accelerator: Accelerator,
    pub keeper: Process,
    /// QEMU's process by the machine's name.
    pub machines: BTreeMap<String, Process>,
}

impl Process {
    /// The process with this number, if there is one.
    pub fn of(pid: u32) -> Option<Process> {
        let started = start_time(pid)?;
        Some(Process { pid, started })
    }

    /// Whether it is still that process.
    pub fn lives(&self) -> bool {
        start_time(self.pid) == Some(self.started)
    }

    /// Kills it, if it is still that process.
    pub fn kill(&self) {
        if self.lives() {
            let pid = self.pid.to_string();
            let mut kill = Command::new("kill");
            // What can't be killed shows by living on.
            let _ = process::run(kill.args(["-KILL", &pid]), Duration::from_secs(5), 4096);
        }
    }

    /// Kibibytes of the host's memory it holds, by `/proc/PID/status`.
    pub fn resident(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid)).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.split_whitespace().next()?.parse().ok()
    }
}

fn start_time(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in field 2 may hold spaces and parentheses.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace();
    let state = fields.next()?;
    // One that only waits to be reaped holds nothing.
    if state == "Z" || state == "X" {
        return None;
    }
    fields.nth(18)?.parse().ok()
}

impl State {
    /// What was written last, if it can be read. Nothing else is a reason to
    /// fail: the file is the keeper's alone.
    pub fn read(folder: &Folder) -> Option<State> {
        let text = fs::read_to_string(folder.file(FILE)).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Writes it.
    ///
    /// # Errors
    /// The file can't be written.
    pub fn write(&self, folder: &Folder) -> Result<()> {
        let text = serde_json::to_string_pretty(self).context("write the machines as JSON")?;
        files::write(&folder.file(FILE), text.as_bytes())
    }

    /// Forgets it.
    ///
    /// # Errors
    /// The file can't be removed.
    pub fn forget(folder: &Folder) -> Result<()> {
        files::remove(&folder.file(FILE))
    }

    /// Machines that run.
    pub fn living(&self) -> impl Iterator<Item = (&String, &Process)> {
        self.machines.iter().filter(|(_, process)| process.lives())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_alone_is_not_a_process() {
        let own = Process::of(std::process::id()).expect("this process");
        assert!(own.lives());
        let another = Process {
            started: own.started - 1,
            ..own
        };
        assert!(!another.lives());
        // And so it isn't killed: this test would end here.
        another.kill();
    }
}
