//! The reference's container beside others', on a workbench: crun wants a cgroup
//! v2 mount, and gets one that isn't the host's.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::bundle::mount;
use super::family::{Family, Figure, Goal, Peer, Taken, Unit};
use super::released;
use super::turns::in_turns;
use crate::workspace::Workspace;

const CRUN: Figure = Figure {
    name: "crun",
    what: "container, beside crun",
    peer: Some(Peer {
        what: "crun run, same namespaces",
        program: Some(("crun", "crun")),
    }),
    goal: Some(Goal::Ratio(0.4)),
};

/// What the system calls alone cost, with no state kept and nothing undone.
const UNSHARE: Figure = Figure {
    name: "unshare",
    what: "container, beside unshare",
    peer: Some(Peer {
        what: "unshare(1), same namespaces",
        program: Some(("unshare", "util-linux")),
    }),
    goal: None,
};

pub const FAMILY: Family = Family {
    name: "run",
    says: "the reference's `run -- /bin/true` beside others",
    figures: &[CRUN, UNSHARE],
    unit: Unit::Seconds,
    measure,
    inside: Some(inside),
    only_named: false,
};

/// Containers of each, for each comparison.
const TURNS: usize = 100;

/// The same namespaces as lab 01's, `/` as the root, nothing else asked for.
const CONFIG: &str = r#"{
  "ociVersion": "1.0.0",
  "process": {
    "user": {"uid": 0, "gid": 0}, "cwd": "/",
    "args": ["/bin/true"], "env": ["PATH=/usr/bin:/bin"]
  },
  "root": {"path": "/tmp/measure/root"},
  "hostname": "box",
  "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}],
  "linux": {"namespaces": [
    {"type": "pid"}, {"type": "mount"}, {"type": "uts"}, {"type": "ipc"}
  ]}
}"#;

fn measure(workspace: &Workspace) -> Result<Vec<Taken>> {
    let programs = released::build(workspace, &["workbench", "solution-01-namespaces"])?;
    released::on_workbench(workspace, &FAMILY, &programs)
}

/// On a workbench, which the caller has made sure of: what follows mounts over
/// /sys/fs/cgroup.
fn inside() -> Result<Vec<Taken>> {
    let bundle = Path::new("/tmp/measure");
    fs::create_dir_all(bundle.join("root")).context("make the bundle")?;
    fs::write(bundle.join("config.json"), CONFIG).context("make the bundle")?;
    mount(&["-t", "tmpfs", "measure", "/sys/fs/cgroup"])?;
    mount(&["-t", "cgroup2", "measure", "/sys/fs/cgroup"])?;
    mount(&["--rbind", "/", "/tmp/measure/root"])?;
    let mut crun = Command::new("crun");
    let words = "--root /run/measure run --bundle /tmp/measure box";
    crun.args(words.split(' '));
    let mut unshare = Command::new("unshare");
    let words = "--pid --mount --uts --ipc --fork --mount-proc /bin/true";
    unshare.args(words.split(' '));
    let mut ours = Command::new("solution-01-namespaces");
    ours.args(["run", "--", "/bin/true"]);
    let mut taken = Vec::new();
    for (figure, peer) in [(&CRUN, &mut crun), (&UNSHARE, &mut unshare)] {
        taken.push(if figure.peer.as_ref().is_some_and(Peer::missing) {
            Taken::skipped(figure)
        } else {
            Taken::of(figure, in_turns(&mut ours, peer, TURNS)?)
        });
    }
    Ok(taken)
}
