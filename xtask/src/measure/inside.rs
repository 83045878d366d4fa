//! On a workbench: the reference's container beside crun's.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::Figure;
use super::timing::{Pair, in_turns};

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

/// `run -- /bin/true` beside `crun run` of an equal bundle.
///
/// # Errors
/// Not on a workbench, or one of the two fails.
pub fn run_against_crun() -> Result<Vec<Figure>> {
    // What follows mounts over /sys/fs/cgroup: never on the host.
    if std::env::var_os("WORKBENCH").is_none() || !Path::new("/.workbench").exists() {
        bail!("`measure inside` is started by `measure run`, on a workbench");
    }
    let bundle = Path::new("/tmp/measure");
    fs::create_dir_all(bundle.join("root")).context("make the bundle")?;
    fs::write(bundle.join("config.json"), CONFIG).context("make the bundle")?;
    mount(&["-t", "tmpfs", "measure", "/sys/fs/cgroup"])?;
    mount(&["-t", "cgroup2", "measure", "/sys/fs/cgroup"])?;
    mount(&["--rbind", "/", "/tmp/measure/root"])?;
    let mut ours = Command::new("solution-01-namespaces");
    ours.args(["run", "--", "/bin/true"]);
    let mut crun = Command::new("crun");
    crun.args([
        "--root",
        "/run/measure",
        "run",
        "--bundle",
        "/tmp/measure",
        "box",
    ]);
    // What the system calls alone cost, with no state kept and nothing undone.
    let mut unshare = Command::new("unshare");
    unshare.args([
        "--pid",
        "--mount",
        "--uts",
        "--ipc",
        "--fork",
        "--mount-proc",
        "/bin/true",
    ]);
    let mut figure = |peer: &mut Command, name: &str, goal| -> Result<Figure> {
        let Pair { ours, peer } = in_turns(&mut ours, peer, 100)?;
        Ok(Figure {
            what: "reference `run -- /bin/true`, release build".into(),
            ours,
            peer: Some((name.into(), peer)),
            goal,
        })
    };
    Ok(vec![
        figure(
            &mut crun,
            "crun with the same namespaces",
            "at most 0.4 times crun",
        )?,
        figure(
            &mut unshare,
            "unshare(1) with the same namespaces",
            "none, for comparison",
        )?,
    ])
}

fn mount(words: &[&str]) -> Result<()> {
    let status = Command::new("mount")
        .args(words)
        .status()
        .context("start mount")?;
    if !status.success() {
        bail!("mount {}: {status}", words.join(" "));
    }
    Ok(())
}
