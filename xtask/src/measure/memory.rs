//! The most memory a runtime held until its container's command ran.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::bundle::{self, CRUN, LAB_05};
use super::family::{Family, Figure, Goal, Taken, Unit};
use super::released;
use super::turns::take;
use crate::workspace::Workspace;

const RUNTIME: Figure = Figure {
    name: "runtime",
    what: "runtime of a container",
    peer: Some(CRUN),
    goal: Some(Goal::Ratio(1.0)),
};

pub const FAMILY: Family = Family {
    name: "memory",
    says: "the most memory a runtime holds, beside crun's",
    figures: &[RUNTIME],
    unit: Unit::Bytes,
    measure,
    inside: Some(inside),
    only_named: false,
};

/// Containers of each. They differ by a page or two.
const TURNS: usize = 10;

fn measure(workspace: &Workspace) -> Result<Vec<Taken>> {
    let programs = released::build(workspace, &["workbench", LAB_05])?;
    released::on_workbench(workspace, &FAMILY, &programs)
}

fn inside() -> Result<Vec<Taken>> {
    if CRUN.missing() {
        return Ok(vec![Taken::skipped(&RUNTIME)]);
    }
    bundle::make()?;
    let command = ["/bin/sh", "-c", "echo up; read line"];
    let mut ours = bundle::ours(LAB_05, &command);
    let mut crun = bundle::crun(&command)?;
    let samples = take(TURNS, || peak(&mut ours), || peak(&mut crun))?;
    Ok(vec![Taken::of(&RUNTIME, samples)])
}

/// Bytes: the high-water mark of a process (proc_pid_status(5), `VmHWM`) when
/// the command it starts has written a line. Then the command may end.
///
/// Asked while it runs: what wait4(2) tells afterwards includes the memory of
/// whoever started the process, from before its exec.
fn peak(command: &mut Command) -> Result<f64> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("start {command:?}"))?;
    let stdout = child.stdout.take().context("read what it says")?;
    let mut line = String::new();
    BufReader::new(stdout)
        .read_line(&mut line)
        .context("read what it says")?;
    let status = fs::read_to_string(format!("/proc/{}/status", child.id()));
    // Its read ends with the pipe.
    drop(child.stdin.take());
    let ended = child.wait().context("wait for it")?;
    if line != "up\n" {
        bail!("{command:?}: {ended}");
    }
    let status = status.context("read its status")?;
    let mark = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = mark.and_then(|mark| mark.trim().strip_suffix(" kB"));
    let kibibytes: f64 = kibibytes.context("find VmHWM")?.trim().parse()?;
    Ok(kibibytes * 1024.0)
}
