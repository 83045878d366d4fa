//! `target/vm`: everything of the emulated machines, of this checkout alone.

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::workspace::Workspace;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);

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
    /// Nobody listens there, or whoever does takes no notice.
    pub fn connect(&self, name: &str) -> io::Result<UnixStream> {
        let folder = File::open(&self.path)?;
        let name = name.to_owned();
        let (send, receive) = mpsc::channel();
        // connect(2) waits without a limit where the other side has stopped and
        // others wait already. The thread then waits on, until this process
        // ends.
        thread::spawn(move || {
            let short = format!("/proc/self/fd/{}/{name}", folder.as_raw_fd());
            let _ = send.send(UnixStream::connect(short));
        });
        let late = |_| io::Error::from(io::ErrorKind::TimedOut);
        receive.recv_timeout(CONNECT).map_err(late)?
    }
}
