//! A hook of the simplest kind: a program of the user's own.
//!
//! The OCI runtime specification lets a container name programs to run at each
//! point (config.md, "POSIX-platform Hooks"); engines used this to wire up
//! networks. We run one at `create_runtime`: the container's process exists and
//! waits, and the program gets the container's id and pid as JSON on its
//! standard input. When it fails, the container is not started.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::hook::{Hook, Process};
use crate::spec::Spec;

/// How long the program may take.
const LIMIT: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub struct Program {
    path: PathBuf,
    id: String,
}

impl Program {
    /// The hook, when the spec names a program.
    pub fn of(spec: &Spec) -> Option<Program> {
        let path = spec.create_runtime.clone()?;
        let id = spec.id.clone();
        Some(Program { path, id })
    }
}

impl Hook for Program {
    fn name(&self) -> &'static str {
        "create-runtime program"
    }

    fn create_runtime(&self, process: Process) -> Result<()> {
        let path = self.path.display();
        let mut child = Command::new(&self.path)
            .stdin(Stdio::piped())
            .spawn()
            .with_context(|| format!("start {path}"))?;
        let state = serde_json::json!({
            "ociVersion": "1.0.0",
            "id": self.id,
            "status": "creating",
            "pid": process.pid.as_raw(),
        });
        if let Some(mut stdin) = child.stdin.take() {
            // A program that doesn't read its standard input is no failure.
            let _ = stdin.write_all(state.to_string().as_bytes());
        }
        let deadline = Instant::now() + LIMIT;
        loop {
            match child
                .try_wait()
                .with_context(|| format!("wait for {path}"))?
            {
                Some(status) if status.success() => return Ok(()),
                Some(status) => bail!("{path}: {status}"),
                None if Instant::now() > deadline => {
                    child.kill().with_context(|| format!("kill {path}"))?;
                    child.wait().with_context(|| format!("wait for {path}"))?;
                    bail!("{path}: not finished after {} s", LIMIT.as_secs());
                }
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        }
    }
}
