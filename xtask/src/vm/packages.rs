//! The distribution's own kernel and tools, unpacked and not installed.
//!
//! apt says which packages are wanted and fetches them, as any user may; they
//! are unpacked into `target/vm/packages`. The second time nothing is asked of
//! anybody, so machines start without a network.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use super::folder::Folder;
use crate::{files, process};

/// Kernels made for virtual machines, small and quick to start: Debian's,
/// Ubuntu's. Each depends on the one of the day.
const KERNELS: [&str; 2] = ["linux-image-cloud-amd64", "linux-image-virtual"];

/// A shell, the usual small programs, what configures networks, and what the
/// chapters look with.
const TOOLS: [&str; 6] = [
    "busybox-static",
    "dash",
    "iproute2",
    "iputils-ping",
    "procps",
    "util-linux",
];

/// The file that says which tools were unpacked.
const LIST: &str = "workshop-tools";

/// The C library is the host's: it is what the host's programs need, and those
/// of the packages run on it, too.
const HOSTS: [&str; 3] = ["libc6", "libgcc-s1", "libcrypt1"];

/// Time for apt to read its lists, and to fetch about 50 MB.
const ASK: Duration = Duration::from_secs(60);
const FETCH: Duration = Duration::from_secs(900);

/// An unpacked kernel and the tree of files around it.
#[derive(Debug, Clone)]
pub struct Packages {
    /// The root of the unpacked files.
    pub tree: PathBuf,
    /// `uname -r` of the kernel.
    pub kernel: String,
}

impl Packages {
    /// The kernel's file.
    pub fn image(&self) -> PathBuf {
        self.tree.join(format!("boot/vmlinuz-{}", self.kernel))
    }

    /// The folder of its modules.
    pub fn modules(&self) -> PathBuf {
        let lib = ["usr/lib", "lib"].map(|lib| self.tree.join(lib));
        let modules = |lib: &Path| lib.join("modules").join(&self.kernel);
        let found = lib.iter().find(|lib| modules(lib).is_dir());
        modules(found.unwrap_or(&lib[1]))
    }

    /// A program of the packages, wherever it was put.
    ///
    /// # Errors
    /// No package has brought it.
    pub fn program(&self, name: &str) -> Result<PathBuf> {
        let folders = ["usr/bin", "usr/sbin", "bin", "sbin"];
        let paths = folders.map(|folder| self.tree.join(folder).join(name));
        let found = paths.into_iter().find(|path| path.is_file());
        found.with_context(|| format!("the packages hold no program {name}"))
    }

    /// Those of the folder, fetched and unpacked if they aren't yet. Calls
    /// `fetching` before it takes long.
    ///
    /// # Errors
    /// There is no apt, it finds no kernel, or the network isn't there.
    pub fn at(folder: &Folder, fetching: impl FnOnce()) -> Result<Packages> {
        let home = folder.file("packages");
        if let Some(packages) = unpacked(&home) {
            return Ok(packages);
        }
        ensure!(
            on_path("apt-get") && on_path("dpkg-deb"),
            "emulated machines take their kernel from Debian's or Ubuntu's packages, and there is \
             no apt-get or dpkg-deb here; on another system use Vagrant: see vm/README.md"
        );
        fetching();
        let tree = home.with_extension("new");
        let _ = fs::remove_dir_all(&tree);
        let debs = tree.join("debs");
        fs::create_dir_all(&debs).with_context(|| format!("create {}", debs.display()))?;
        let kernel = kernel()?;
        let mut names = tools()?;
        names.extend(kernel.iter().cloned());
        fetch(&debs, &names)?;
        unpack(&debs, &tree)?;
        decompress(&tree)?;
        let _ = fs::remove_dir_all(&debs);
        files::write(&tree.join(LIST), TOOLS.join(" ").as_bytes())?;
        let _ = fs::remove_dir_all(&home);
        fs::rename(&tree, &home).with_context(|| format!("rename {}", tree.display()))?;
        unpacked(&home).context("the packages hold no kernel")
    }
}

/// Packages that were unpacked whole (the folder got its name at the end) and
/// are those that are wanted today.
fn unpacked(home: &Path) -> Option<Packages> {
    if fs::read_to_string(home.join(LIST)).ok()? != TOOLS.join(" ") {
        return None;
    }
    let boot = fs::read_dir(home.join("boot")).ok()?;
    let names = boot.flatten().map(|entry| entry.file_name());
    let kernel = names
        .filter_map(|name| Some(name.to_str()?.strip_prefix("vmlinuz-")?.to_owned()))
        .max()?;
    Some(Packages {
        tree: home.to_owned(),
        kernel,
    })
}

/// The packages of the newest kernel for virtual machines.
fn kernel() -> Result<Vec<String>> {
    for name in KERNELS {
        let depends = depends(name)?;
        let Some(image) = depends
            .into_iter()
            .find(|name| name.starts_with("linux-image-"))
        else {
            continue;
        };
        // Ubuntu keeps the modules in a package of their own.
        let mut all = self::depends(&image)?;
        all.retain(|name| name.starts_with("linux-modules-"));
        all.push(image);
        return Ok(all);
    }
    bail!(
        "apt knows none of the kernels {}: run `apt-get update` as root, or use Vagrant",
        KERNELS.join(", ")
    )
}

fn depends(package: &str) -> Result<Vec<String>> {
    let mut apt = Command::new("apt-cache");
    apt.args(["depends", "--important", package]);
    let ended = process::run(&mut apt, ASK, 1 << 20)?;
    let lines = ended.stdout.lines();
    let names = lines.filter_map(|line| line.trim().strip_prefix("Depends: "));
    Ok(names.map(str::to_owned).collect())
}

/// The tools and everything they need, as if nothing were installed.
fn tools() -> Result<BTreeSet<String>> {
    let mut apt = Command::new("apt-get");
    apt.args([
        "-o",
        "Dir::State::status=/dev/null",
        "-o",
        "Debug::NoLocking=1",
    ])
    .args([
        "--print-uris",
        "--no-install-recommends",
        "--yes",
        "install",
    ])
    .args(TOOLS);
    let ended = process::run(&mut apt, ASK, 1 << 20)?;
    // `'URI' NAME_VERSION_ARCHITECTURE.deb SIZE HASH`
    let lines = ended.stdout.lines().filter(|line| line.starts_with('\''));
    let files = lines.filter_map(|line| line.split(' ').nth(1)?.split('_').next());
    let names: BTreeSet<String> = files.map(str::to_owned).collect();
    if names.is_empty() {
        bail!(
            "apt can't say what {} need ({}): run `apt-get update` as root",
            TOOLS.join(", "),
            last_line(&ended.stderr)
        );
    }
    Ok(names
        .into_iter()
        .filter(|name| !HOSTS.contains(&name.as_str()))
        .collect())
}

fn fetch(into: &Path, names: &BTreeSet<String>) -> Result<()> {
    let mut apt = Command::new("apt-get");
    apt.arg("download").args(names).current_dir(into);
    let ended = process::run(&mut apt, FETCH, 1 << 20)?;
    if !ended.status.success() {
        bail!(
            "fetch the packages of the machines: {}; the network is needed once, or \
             `apt-get update` as root",
            last_line(&ended.stderr)
        );
    }
    Ok(())
}

fn unpack(debs: &Path, tree: &Path) -> Result<()> {
    for entry in fs::read_dir(debs).context("list the packages")? {
        let deb = entry.context("list the packages")?.path();
        let ended = process::run(
            Command::new("dpkg-deb").arg("-x").arg(&deb).arg(tree),
            ASK,
            0,
        )?;
        if !ended.status.success() {
            bail!("unpack {}: {}", deb.display(), last_line(&ended.stderr));
        }
    }
    Ok(())
}

/// Modules that a distribution has compressed, as plain files: depmod and the
/// machine's modprobe read only those.
fn decompress(tree: &Path) -> Result<()> {
    for (ending, tool, package) in [("xz", "xz", "xz-utils"), ("zst", "zstd", "zstd")] {
        let name = format!("*.ko.{ending}");
        let find = |action: &[&str]| {
            let mut find = Command::new("find");
            find.arg(tree).args(["-name", &name]).args(action);
            process::run(&mut find, ASK, 1 << 16)
        };
        if find(&["-print", "-quit"])?.stdout.is_empty() {
            continue;
        }
        ensure!(
            on_path(tool),
            "the kernel's modules are compressed: install {package}"
        );
        // zstd keeps what it has decompressed unless told; xz doesn't.
        let words: &[&str] = match tool {
            "zstd" => &[
                "-exec",
                "zstd",
                "--quiet",
                "--decompress",
                "--rm",
                "{}",
                "+",
            ],
            _ => &["-exec", tool, "--quiet", "--decompress", "{}", "+"],
        };
        let ended = find(words)?;
        if !ended.status.success() {
            bail!(
                "decompress the kernel's modules: {}",
                last_line(&ended.stderr)
            );
        }
    }
    Ok(())
}

/// Whether a program of this name can be started.
pub fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// The last of a program's complaints.
pub fn last_line(text: &str) -> &str {
    let mut lines = text.lines().rev().map(str::trim);
    lines
        .find(|line| !line.is_empty())
        .unwrap_or("no reason given")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_become_plain_files() {
        let tree = std::env::temp_dir().join(format!("modules-{}", std::process::id()));
        let folder = tree.join("lib/modules/1/kernel");
        fs::create_dir_all(&folder).expect("create");
        fs::write(folder.join("plain.ko"), "plain").expect("write");
        for tool in ["xz", "zstd"] {
            if !on_path(tool) {
                eprintln!("SKIPPED: modules of {tool}: {tool} is not on PATH");
                continue;
            }
            let file = folder.join(format!("{tool}.ko"));
            fs::write(&file, tool).expect("write");
            let mut pack = Command::new(tool);
            pack.arg("--quiet").arg(&file);
            let packed = process::run(&mut pack, ASK, 0).expect("packed");
            assert!(packed.status.success());
            // zstd leaves what it has packed.
            files::remove(&file).expect("remove");
            decompress(&tree).expect("decompressed");
            assert_eq!(fs::read_to_string(&file).expect("read"), tool);
        }
        let left = fs::read_dir(&folder).expect("read").count();
        let expected = 1 + ["xz", "zstd"].iter().filter(|tool| on_path(tool)).count();
        fs::remove_dir_all(&tree).expect("remove");
        assert_eq!(left, expected, "what was compressed is left");
    }
}
