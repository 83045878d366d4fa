//! The check that runs: this program again, in a process group of its own.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use super::signals;
use crate::process;

/// How long a check that is ended may take to go by itself.
const GRACE: Duration = Duration::from_secs(1);

/// At most one check at a time. It ends with this.
#[derive(Default)]
pub struct Running(Option<Child>);

impl Running {
    pub fn is_there(&self) -> bool {
        self.0.is_some()
    }

    /// Starts `check LAB`, in which the checks of `first` come first; one that
    /// runs is ended.
    ///
    /// # Errors
    /// It can't be started.
    pub fn start(&mut self, root: &Path, lab: &str, first: &[String]) -> Result<()> {
        self.end();
        // The program itself may have been built anew meanwhile.
        let mut command = Command::new("/proc/self/exe");
        command.arg("check").arg(lab);
        for task in first {
            command.args(["--first", task]);
        }
        command
            .current_dir(root)
            .stdin(Stdio::null())
            .process_group(0);
        process::end_with_us(&mut command);
        signals::let_go_in(&mut command);
        self.0 = Some(command.spawn().context("start a check")?);
        Ok(())
    }

    /// Whether the one that ran has ended by itself.
    ///
    /// # Errors
    /// It can't be waited for.
    pub fn has_ended(&mut self) -> Result<bool> {
        let Some(child) = &mut self.0 else {
            return Ok(false);
        };
        // SIGCHLD also comes when it is stopped or continued.
        let ended = child.try_wait().context("wait for a check")?.is_some();
        if ended {
            self.0 = None;
        }
        Ok(ended)
    }

    /// Ends it, and everything it started; the keepers of its workbenches are in
    /// groups of their own and remove them.
    pub fn end(&mut self) {
        self.signal(Signal::SIGTERM);
        self.signal(Signal::SIGCONT);
        if let Some(mut child) = self.0.take() {
            let group = group(&child);
            let ended = process::wait(&mut child, Instant::now() + GRACE);
            if !matches!(ended, Ok(Some(_))) {
                let _ = killpg(group, Signal::SIGKILL);
                let _ = child.wait();
            }
        }
    }

    pub fn signal(&self, signal: Signal) {
        if let Some(child) = &self.0 {
            // It fails only when all of it has ended.
            let _ = killpg(group(child), signal);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

fn group(child: &Child) -> Pid {
    // The group has the number of its first process, which fits (proc(5)).
    Pid::from_raw(child.id() as i32)
}
