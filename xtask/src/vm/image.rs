//! The initramfs: a small root in the machine's memory.
//!
//! busybox and the network tools from the packages, the host's C library, the
//! agent, a few kernel modules, and the files of `vm/emulated`.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::archive::{Archive, Entry};
use super::folder::{Folder, NODES, address};
use super::packages::Packages;
use super::{libraries, modules};
use crate::files;

const INIT: &str = include_str!("../../../vm/emulated/init");
const INITTAB: &str = include_str!("../../../vm/emulated/inittab");
const SETUP: &str = include_str!("../../../vm/emulated/rcS");
const VXLAN: &str = include_str!("../../../vm/vxlan.sh");

/// Folders that are empty, or only filled by the links below.
const FOLDERS: [&str; 16] = [
    "dev",
    "etc",
    "home",
    "mnt",
    "proc",
    "root",
    "root.begun",
    "run",
    "srv",
    "sys",
    "tmp",
    "var",
    "usr/local/bin",
    "usr/local/sbin",
    "usr/lib64",
    "var/tmp",
];

/// As on every current distribution, where programs name either path.
const LINKS: [(&str, &str); 5] = [
    ("bin", "usr/bin"),
    ("sbin", "usr/sbin"),
    ("lib", "usr/lib"),
    ("lib64", "usr/lib64"),
    ("var/run", "/run"),
];

/// Programs that are better than busybox' of the same name: it knows neither
/// VXLAN nor forwarding tables, its shell prefers its own `ip` to others, and
/// its `ps` and `unshare` know few options.
const TOOLS: [&str; 11] = [
    "bridge", "dash", "findmnt", "ip", "lsns", "nsenter", "pgrep", "ping", "ps", "setpriv",
    "unshare",
];

/// What the image is made of.
struct Image {
    root: Archive,
}

/// Writes the image of these packages and this agent unless it is there
/// already, and says where it is.
///
/// # Errors
/// Something it is made of isn't there; it can't be written.
pub fn make(folder: &Folder, packages: &Packages, agent: &Path) -> Result<PathBuf> {
    let fingerprint = fingerprint(packages, agent)?;
    let file = folder.file(&format!("image-{fingerprint}"));
    if file.is_file() {
        return Ok(file);
    }
    let image = Image::of(packages, agent)?;
    // Those of earlier agents and packages.
    for entry in fs::read_dir(folder.path())
        .context("list the images")?
        .flatten()
    {
        if entry.file_name().to_string_lossy().starts_with("image-") {
            files::remove(&entry.path())?;
        }
    }
    files::write(&file, &image.root.bytes()?)?;
    Ok(file)
}

fn fingerprint(packages: &Packages, agent: &Path) -> Result<String> {
    let bytes = fs::read(agent).with_context(|| format!("read {}", agent.display()))?;
    let mut hasher = DefaultHasher::new();
    (bytes, &packages.kernel, INIT, INITTAB, SETUP, VXLAN).hash(&mut hasher);
    // A new xtask may make another image of the same parts.
    let own = std::env::current_exe().and_then(fs::metadata);
    own.and_then(|own| own.modified()).ok().hash(&mut hasher);
    Ok(format!("{:016x}", hasher.finish()))
}

impl Image {
    fn of(packages: &Packages, agent: &Path) -> Result<Image> {
        let mut image = Image {
            root: Archive::default(),
        };
        for folder in FOLDERS {
            image.root.folder(Path::new(folder));
        }
        for (link, target) in LINKS {
            image.root.put(link, Entry::Link(target.into()));
        }
        image.settings();
        image.busybox(packages)?;
        image.tools(packages)?;
        image.program("usr/bin/vm-agent", agent, &[], packages)?;
        image.modules(packages)?;
        Ok(image)
    }

    /// Text the machine is set up by.
    fn settings(&mut self) {
        let mut hosts = String::from("127.0.0.1 localhost\n");
        for node in NODES {
            hosts += &format!("{} {node}\n", address(node));
        }
        let at_start = modules::AT_START.map(|name| format!("{name}\n")).concat();
        for (path, text, mode) in [
            ("init", INIT, 0o755),
            ("etc/inittab", INITTAB, 0o644),
            ("etc/rcS", SETUP, 0o755),
            ("usr/local/bin/vxlan", VXLAN, 0o755),
            ("etc/modules", &at_start, 0o644),
            ("etc/hosts", &hosts, 0o644),
            (
                "etc/passwd",
                "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n",
                0o644,
            ),
            ("etc/group", "root:x:0:\nnogroup:x:65534:\n", 0o644),
            (
                "etc/profile",
                "PS1=\"$(hostname):\\$PWD# \"\nexport TERM=${TERM:-linux}\ncd\n",
                0o644,
            ),
        ] {
            self.root.put(path, Entry::File(text.into(), mode));
        }
    }

    fn busybox(&mut self, packages: &Packages) -> Result<()> {
        let busybox = packages.program("busybox")?;
        let bytes = fs::read(&busybox).with_context(|| format!("read {}", busybox.display()))?;
        let mut list = std::process::Command::new(&busybox);
        let ended = crate::process::run(
            list.arg("--list-full"),
            std::time::Duration::from_secs(20),
            1 << 16,
        )?;
        let programs = ended.stdout.lines().filter(|path| path.contains("bin/"));
        for path in programs {
            let path = merged(Path::new(path));
            self.root.put(path, Entry::Link("/usr/bin/busybox".into()));
        }
        // Last: it lists itself, too.
        self.root.put("usr/bin/busybox", Entry::File(bytes, 0o755));
        Ok(())
    }

    fn tools(&mut self, packages: &Packages) -> Result<()> {
        let library_folders = [
            packages.tree.join("usr/lib/x86_64-linux-gnu"),
            packages.tree.join("lib/x86_64-linux-gnu"),
        ];
        for program in TOOLS {
            let from = packages.program(program)?;
            let name = if program == "dash" { "sh" } else { program };
            for folder in ["usr/sbin", "usr/bin"] {
                self.root.remove(&Path::new(folder).join(name));
            }
            self.program(
                &format!("usr/bin/{name}"),
                &from,
                &library_folders,
                packages,
            )?;
        }
        Ok(())
    }

    /// A program and its libraries, which are at the same paths as on the host
    /// or in the packages.
    fn program(
        &mut self,
        path: &str,
        from: &Path,
        first: &[PathBuf],
        packages: &Packages,
    ) -> Result<()> {
        self.file(Path::new(path), from, 0o755)?;
        for library in libraries::of(from, first)? {
            let path = library.strip_prefix(&packages.tree).unwrap_or(&library);
            self.file(&merged(path), &library, 0o755)?;
        }
        Ok(())
    }

    fn modules(&mut self, packages: &Packages) -> Result<()> {
        let picked = modules::pick(packages)?;
        let folder = Path::new("usr/lib/modules").join(&packages.kernel);
        for module in &picked.files {
            self.file(
                &folder.join(module),
                &packages.modules().join(module),
                0o644,
            )?;
        }
        self.root.put(
            folder.join("modules.dep"),
            Entry::File(picked.dependencies.into(), 0o644),
        );
        self.root.put(
            folder.join("modules.alias"),
            Entry::File(picked.aliases.into(), 0o644),
        );
        Ok(())
    }

    fn file(&mut self, path: &Path, from: &Path, mode: u32) -> Result<()> {
        let bytes = fs::read(from).with_context(|| format!("read {}", from.display()))?;
        self.root.put(path, Entry::File(bytes, mode));
        Ok(())
    }
}

/// A path below `/usr` where it is one of those that are links there.
pub fn merged(path: &Path) -> PathBuf {
    let path = path.strip_prefix("/").unwrap_or(path);
    match path
        .components()
        .next()
        .and_then(|first| first.as_os_str().to_str())
    {
        Some("bin" | "sbin" | "lib" | "lib64") => Path::new("usr").join(path),
        _ => path.to_owned(),
    }
}

/// Permission bits of a file.
pub fn mode_of(path: &Path) -> Result<u32> {
    let metadata = fs::metadata(path).with_context(|| format!("read {}", path.display()))?;
    Ok(metadata.permissions().mode() & 0o7777)
}
