//! One container for both sides: an image of ours, and a bundle of the OCI
//! runtime specification that asks for the same.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::family::Peer;

/// The first program that starts a container from an image, and the engine that
/// lets it live on.
pub const LAB_04: &str = "solution-04-layers";
pub const LAB_05: &str = "solution-05-enter";

pub const CRUN: Peer = Peer {
    what: "crun, an equal bundle",
    program: Some(("crun", "crun")),
};

/// The directory of the bundle.
const BUNDLE: &str = "/tmp/measure";

/// On the workbench's tmpfs, as the bundle: overlayfs can't write to another.
const STORE: &str = "/tmp/measure/store";

/// What a container of ours has without being asked: namespaces, mounts,
/// devices, masks. Its root is an overlay too, mounted before anything is
/// measured. `ARGS` are the command.
const CONFIG: &str = r#"{
  "ociVersion": "1.0.2",
  "process": {
    "user": {"uid": 0, "gid": 0}, "cwd": "/", "args": ARGS,
    "env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"]
  },
  "root": {"path": "/tmp/measure/merged"},
  "hostname": "box",
  "mounts": [
    {"destination": "/proc", "type": "proc", "source": "proc",
     "options": ["nosuid", "noexec", "nodev"]},
    {"destination": "/sys", "type": "sysfs", "source": "sysfs",
     "options": ["nosuid", "noexec", "nodev", "ro"]},
    {"destination": "/dev", "type": "tmpfs", "source": "tmpfs",
     "options": ["nosuid", "mode=755", "size=64k"]},
    {"destination": "/dev/pts", "type": "devpts", "source": "devpts",
     "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"]},
    {"destination": "/dev/shm", "type": "tmpfs", "source": "shm",
     "options": ["nosuid", "noexec", "nodev", "mode=1777", "size=64m"]}
  ],
  "linux": {
    "namespaces": [
      {"type": "pid"}, {"type": "mount"}, {"type": "uts"}, {"type": "ipc"}, {"type": "cgroup"}
    ],
    "cgroupsPath": "/box",
    "maskedPaths": [
      "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
      "/proc/sched_debug", "/proc/scsi", "/proc/acpi", "/proc/asound",
      "/sys/firmware", "/sys/devices/virtual/powercap"
    ],
    "readonlyPaths": [
      "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"
    ]
  }
}"#;

/// Makes both, on a workbench: what follows mounts over /sys/fs/cgroup, since
/// crun wants a cgroup v2 mount and gets one that isn't the host's.
///
/// # Errors
/// A directory, a mount or the image can't be made.
pub fn make() -> Result<()> {
    for name in ["root", "upper", "work", "merged"] {
        let path = Path::new(BUNDLE).join(name);
        fs::create_dir_all(&path).with_context(|| format!("make {}", path.display()))?;
    }
    mount(&["-t", "tmpfs", "measure", "/sys/fs/cgroup"])?;
    mount(&["-t", "cgroup2", "measure", "/sys/fs/cgroup"])?;
    run("workbench", &["rootfs", "/tmp/measure/root"])?;
    let layers = "lowerdir=/tmp/measure/root,upperdir=/tmp/measure/upper,workdir=/tmp/measure/work";
    mount(&[
        "-t",
        "overlay",
        "-o",
        layers,
        "measure",
        "/tmp/measure/merged",
    ])?;
    let make = [
        "image",
        "make",
        "--store",
        STORE,
        "practice",
        "/tmp/measure/root",
    ];
    run(LAB_04, &make)
}

/// A container of ours that runs `words` and is gone.
pub fn ours(program: &str, words: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(["run", "--rm", "--hostname", "box", "--store", STORE])
        .arg("practice")
        .args(words);
    command
}

/// The same by crun.
///
/// # Errors
/// The bundle can't be written.
pub fn crun(words: &[&str]) -> Result<Command> {
    let args = serde_json::to_string(words).context("write the command as JSON")?;
    let config = Path::new(BUNDLE).join("config.json");
    fs::write(&config, CONFIG.replace("ARGS", &args)).context("write the bundle")?;
    let mut command = Command::new("crun");
    command.args(["--root", "/run/measure", "run", "--bundle", BUNDLE, "box"]);
    Ok(command)
}

/// Mounts with mount(8).
///
/// # Errors
/// It refuses.
pub fn mount(words: &[&str]) -> Result<()> {
    run("mount", words)
}

fn run(program: &str, words: &[&str]) -> Result<()> {
    let output = Command::new(program)
        .args(words)
        .output()
        .with_context(|| format!("start {program}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("{program} {}: {}", words.join(" "), said.trim());
    }
    Ok(())
}
