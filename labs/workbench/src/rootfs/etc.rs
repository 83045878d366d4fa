//! What every root file system has beside its programs: directories, and the
//! few files of `/etc` that programs expect.

use anyhow::Result;

use super::MARKER;
use super::tree::{PROGRAMS, Tree};

/// Directories and their modes.
const DIRECTORIES: [(&str, u32); 9] = [
    ("dev", 0o755),
    ("etc", 0o755),
    ("proc", 0o555),
    ("root", 0o700),
    ("run", 0o755),
    ("sys", 0o555),
    ("tmp", 0o1777),
    ("var", 0o755),
    ("var/tmp", 0o1777),
];

const FILES: [(&str, &str); 7] = [
    (
        "etc/passwd",
        "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n",
    ),
    ("etc/group", "root:x:0:\ntty:x:5:\nnogroup:x:65534:\n"),
    ("etc/hostname", "practice\n"),
    ("etc/hosts", "127.0.0.1 localhost\n::1 localhost\n"),
    (
        "etc/resolv.conf",
        "# No name server: the runtime writes this file.\n",
    ),
    (
        "etc/os-release",
        "NAME=\"Practice root file system\"\nID=practice\n\
         PRETTY_NAME=\"Practice root file system\"\n",
    ),
    (
        "etc/profile",
        "export PATH=/usr/sbin:/usr/bin:/sbin:/bin\nexport PS1='practice:\\w# '\n",
    ),
];

const MARKED: &str = "\
This directory was made by the workshop's runner. As long as this file is in it,
`cargo xtask rootfs --force` may replace it.
";

/// Writes them.
pub fn write(tree: &mut Tree) -> Result<()> {
    for folder in PROGRAMS {
        tree.directory(folder, 0o755)?;
    }
    for (path, mode) in DIRECTORIES {
        tree.directory(path, mode)?;
    }
    for (path, text) in FILES {
        tree.write(path, text)?;
    }
    tree.write(MARKER, MARKED)
}
