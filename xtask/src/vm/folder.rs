//! `target/vm`: everything of the emulated machines, of this checkout alone.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::workspace::Workspace;

/// The names of the machines; the last figure of an address follows the place.
pub const NODES: [&str; 2] = ["node-1", "node-2"];

/// The address of a machine on the private network.
pub fn address(node: &str) -> &'static str {
    match node {
        "node-1" => "192.168.56.11",
        _ => "192.168.56.12",
    }
}

/// The folder. Sockets have names relative to it: a unix socket's path may have
/// 107 bytes (unix(7)), a checkout's is often longer.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// The folder of this checkout, also where `CARGO_TARGET_DIR` names a
    /// folder that several checkouts share.
    pub fn of(workspace: &Workspace) -> Folder {
        Folder::at(workspace.root.join("target/vm"))
    }

    /// The folder at a path.
    pub fn at(path: PathBuf) -> Folder {
        Folder { path }
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Creates it.
    ///
    /// # Errors
    /// It can't be created.
    pub fn create(&self) -> Result<()> {
        let create = || format!("create {}", self.path.display());
        std::fs::create_dir_all(&self.path).with_context(create)
    }

    /// Connects to a socket in it.
    ///
    /// # Errors
    /// Nobody listens there.
    pub fn connect(&self, name: &str) -> io::Result<UnixStream> {
        let folder = File::open(&self.path)?;
        let short = format!("/proc/self/fd/{}/{name}", folder.as_raw_fd());
        UnixStream::connect(short)
    }
}
