//! QEMU: its command line, and whether this processor's KVM can be used.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};

use super::folder::{Folder, NODES};
use super::packages::{Packages, on_path};
use crate::{files, process};

/// The program; machines are of the host's architecture.
pub const PROGRAM: &str = "qemu-system-x86_64";

/// Memory of one machine, in mebibytes. A workbench takes at most half of it.
pub const MEMORY: u32 = 512;

/// How long a machine may take under KVM to say its first word. On hardware it
/// takes about a second.
const PROBE: Duration = Duration::from_secs(8);

/// What a machine's processor is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Accelerator {
    /// The host's processor.
    Kvm,
    /// Translation: several times slower.
    Tcg,
}

impl fmt::Display for Accelerator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Accelerator::Kvm => "kvm",
            Accelerator::Tcg => "tcg",
        })
    }
}

/// Whether KVM was tried, with what it was tried on.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Tried {
    boot: String,
    kernel: String,
    accelerator: Accelerator,
}

/// Refuses a QEMU that is missing or too old.
///
/// # Errors
/// With what to install.
pub fn ensure_usable() -> Result<()> {
    ensure!(
        std::env::consts::ARCH == "x86_64",
        "emulated machines are for x86_64, and this is {}: use Vagrant, see vm/README.md",
        std::env::consts::ARCH
    );
    ensure!(
        on_path(PROGRAM),
        "there is no {PROGRAM} here (package qemu-system-x86) and no usable Vagrant: install one of \
         them, see vm/README.md"
    );
    let ended = process::run(
        Command::new(PROGRAM).arg("--version"),
        Duration::from_secs(20),
        4096,
    )?;
    let version = version(&ended.stdout);
    // The first that joins two machines by datagrams over unix sockets.
    if version < Some((7, 2)) {
        let first = ended.stdout.lines().next().unwrap_or_default();
        bail!("QEMU 7.2 or newer is needed, and this is {first:?}");
    }
    Ok(())
}

/// `QEMU emulator version 7.2.22 (Debian …)`
fn version(text: &str) -> Option<(u32, u32)> {
    let after = text.split("version ").nth(1)?;
    let mut parts = after.split(|c: char| !c.is_ascii_digit());
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// The words that start a machine; its files are named relative to the folder.
/// The kernel's own words and what the set-up says go to `node-1.log`.
pub fn words(
    packages: &Packages,
    image: &Path,
    accelerator: Accelerator,
    node: &str,
) -> Vec<String> {
    let number = if node == NODES[0] { 1 } else { 2 };
    let other = NODES[2 - number];
    let mut words = base(
        packages,
        image,
        accelerator,
        &format!("workshop.node={number}"),
    );
    let own: [String; 18] = [
        "-serial".into(),
        format!("file:{node}.log"),
        "-monitor".into(),
        "none".into(),
        // The cable: each sends to the other's socket. Neither has to be
        // there first, and no port is used.
        "-netdev".into(),
        format!(
            "dgram,id=lab,local.type=unix,local.path={node}.net,\
                 remote.type=unix,remote.path={other}.net"
        ),
        "-device".into(),
        format!("virtio-net-pci,netdev=lab,mac=52:54:00:00:56:1{number},romfile="),
        "-device".into(),
        "virtio-serial-pci".into(),
        "-chardev".into(),
        format!("socket,id=agent,path={node}.agent,server=on,wait=off"),
        "-device".into(),
        format!("virtserialport,chardev=agent,name={}", vm_agent::PORT),
        "-chardev".into(),
        format!("socket,id=shell,path={node}.shell,server=on,wait=off"),
        "-device".into(),
        "virtconsole,chardev=shell".into(),
    ];
    words.extend(own);
    words
}

fn base(packages: &Packages, image: &Path, accelerator: Accelerator, word: &str) -> Vec<String> {
    let (how, processor) = match accelerator {
        Accelerator::Kvm => ("kvm", "host"),
        // The size bounds the translated code that is kept, by default to a
        // gibibyte. Without that one instruction left out newer kernels corrupt
        // their memory under emulation.
        Accelerator::Tcg => ("tcg,thread=multi,tb-size=64", "max,-cx16"),
    };
    let path = |path: &Path| path.display().to_string();
    [
        "-accel",
        how,
        "-cpu",
        processor,
        "-smp",
        "1",
        "-m",
        &MEMORY.to_string(),
        "-display",
        "none",
        "-nodefaults",
        "-no-user-config",
        "-no-reboot",
        "-kernel",
        &path(&packages.image()),
        "-initrd",
        &path(image),
        "-append",
        // On a host that does other things the kernel's test of its timer
        // fails, and it panics: the timer needs no test.
        &format!(
            "console=ttyS0 quiet no_timer_check panic=-1 rdinit=/init cgroup_no_v1=all {word}"
        ),
    ]
    .map(str::to_owned)
    .into()
}

/// KVM if a machine really starts under it, else emulation. That `/dev/kvm` can
/// be opened proves nothing: a nested one may not run any usual kernel.
///
/// The answer is remembered until this machine starts anew.
///
/// # Errors
/// The answer can't be remembered.
pub fn accelerator(folder: &Folder, packages: &Packages, image: &Path) -> Result<Accelerator> {
    let file = folder.file("accelerator.json");
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let boot = boot.trim().to_owned();
    let remembered = fs::read_to_string(&file).unwrap_or_default();
    if let Ok(tried) = serde_json::from_str::<Tried>(&remembered) {
        if tried.boot == boot && tried.kernel == packages.kernel {
            return Ok(tried.accelerator);
        }
    }
    let opened = OpenOptions::new().read(true).write(true).open("/dev/kvm");
    let starts = opened.is_ok() && starts_under_kvm(folder, packages, image)?;
    let tried = Tried {
        boot,
        kernel: packages.kernel.clone(),
        accelerator: if starts {
            Accelerator::Kvm
        } else {
            Accelerator::Tcg
        },
    };
    let text = serde_json::to_string(&tried).context("write the accelerator as JSON")?;
    files::write(&file, text.as_bytes())?;
    Ok(tried.accelerator)
}

/// Starts a machine that says one word and ends.
fn starts_under_kvm(folder: &Folder, packages: &Packages, image: &Path) -> Result<bool> {
    let log: PathBuf = folder.file("probe.log");
    files::remove(&log)?;
    let mut words = base(packages, image, Accelerator::Kvm, "workshop.probe=1");
    words.extend([
        "-serial".into(),
        "file:probe.log".into(),
        "-monitor".into(),
        "none".into(),
    ]);
    let mut child = dying_with_us(PROGRAM)
        .args(words)
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("start {PROGRAM}"))?;
    let deadline = Instant::now() + PROBE;
    let said = || fs::read_to_string(&log).is_ok_and(|text| text.contains("MARK probe"));
    loop {
        let ended = child.try_wait().context("wait for QEMU")?.is_some();
        if said() || ended || Instant::now() >= deadline {
            process::kill(&mut child);
            return Ok(said());
        }
        thread::sleep(Duration::from_millis(50));
    }
}

/// A command whose process is killed when the one that starts it ends, however
/// it ends, where util-linux' setpriv(1) is there.
pub fn dying_with_us(program: &str) -> Command {
    if !on_path("setpriv") {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--", program]);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        assert_eq!(
            version("QEMU emulator version 7.2.22 (Debian 1:7.2)\n"),
            Some((7, 2))
        );
        assert_eq!(version("QEMU emulator version 10.0\n"), Some((10, 0)));
        assert!(version("QEMU emulator version 6.2.0") < Some((7, 2)));
        assert!(version("something else") < Some((7, 2)));
    }

    #[test]
    fn machines_are_wired_to_each_other_by_names_in_their_folder() {
        let packages = Packages {
            tree: "/p".into(),
            kernel: "6.1".into(),
        };
        let of = |node| words(&packages, Path::new("/i"), Accelerator::Tcg, node).join(" ");
        let (first, second) = (of("node-1"), of("node-2"));
        assert!(
            first.contains("local.path=node-1.net") && first.contains("remote.path=node-2.net")
        );
        assert!(
            second.contains("local.path=node-2.net") && second.contains("remote.path=node-1.net")
        );
        assert!(
            !first.contains("tcp") && !first.contains("hostfwd"),
            "{first}"
        );
    }
}
