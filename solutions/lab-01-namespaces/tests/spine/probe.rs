//! The command inside a container: writes down what it sees, then waits.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::errno::Errno;
use serde::{Deserialize, Serialize};

/// What a command saw.
#[derive(Debug, Serialize, Deserialize)]
pub struct Seen {
    /// The inode numbers of its namespaces, by their file names.
    pub namespaces: BTreeMap<String, u64>,
    pub pid: i32,
    pub uid: u32,
    pub uid_map: String,
    pub hostname: String,
    /// The error number of setting the hostname to what it is.
    pub sethostname: Option<i32>,
    /// Open descriptors and what they are.
    pub descriptors: BTreeMap<i32, String>,
    /// What it found in the file it was asked to read.
    pub text: Option<String>,
}

/// `see FILE [READ]`: writes a [`Seen`] to FILE. `stay FILE [READ]`: the same,
/// then sleeps until it is killed, at most a minute.
pub fn main(words: &[&str]) -> Result<()> {
    match words {
        ["see", file, read @ ..] => see(Path::new(file), read.first()),
        ["stay", file, read @ ..] => {
            see(Path::new(file), read.first())?;
            std::thread::sleep(Duration::from_secs(60));
            Ok(())
        }
        _ => bail!("the probe does not know {words:?}"),
    }
}

fn see(file: &Path, read: Option<&&str>) -> Result<()> {
    let hostname = nix::unistd::gethostname()?;
    let set = nix::unistd::sethostname(&hostname);
    let seen = Seen {
        namespaces: workbench::probe::namespaces("self")?,
        pid: std::process::id() as i32,
        uid: nix::unistd::getuid().as_raw(),
        uid_map: fs::read_to_string("/proc/self/uid_map")?,
        hostname: hostname.to_string_lossy().into_owned(),
        sethostname: set.err().map(|errno: Errno| errno as i32),
        descriptors: descriptors()?,
        text: read.and_then(|path| fs::read_to_string(path).ok()),
    };
    // As a whole, so that whoever waits for it never reads half of it.
    let new = file.with_extension("new");
    fs::write(&new, serde_json::to_vec(&seen)?).context("write what was seen")?;
    fs::rename(&new, file).context("write what was seen")
}

fn descriptors() -> Result<BTreeMap<i32, String>> {
    let mut open = BTreeMap::new();
    for entry in fs::read_dir("/proc/self/fd")? {
        let entry = entry?;
        let number = entry.file_name().to_string_lossy().parse()?;
        // The directory being read is open too, and is not there any more.
        if let Ok(target) = fs::read_link(entry.path()) {
            let target = target.to_string_lossy().into_owned();
            if !(target.starts_with("/proc/") && target.ends_with("/fd")) {
                open.insert(number, target);
            }
        }
    }
    Ok(open)
}

/// Waits for what a command saw, at most five seconds.
pub fn seen(file: &Path) -> Result<Seen> {
    let deadline = Instant::now() + Duration::from_secs(5);
    loop {
        if let Ok(text) = fs::read(file) {
            return serde_json::from_slice(&text).context("what the command saw");
        }
        if Instant::now() > deadline {
            bail!("{}: nothing was seen for 5 s", file.display());
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}
