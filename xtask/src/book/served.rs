//! Whether the book is being served from this checkout, and where.
//!
//! `.lab/book.json` says it, and a lock on it says whether that is still true:
//! the kernel drops the lock when the server ends, however it ends.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process;
use std::time::Duration;

use anyhow::{Context, Result};
use nix::fcntl::Flock;
use serde::{Deserialize, Serialize};

use super::lock::lock;
use crate::files;

/// How long a reader may have the lock, who only looks whether it is free.
const READER: Duration = Duration::from_millis(500);

/// What is on disk.
#[derive(Debug, Serialize, Deserialize)]
pub struct Served {
    /// Of the runner that serves.
    pub pid: u32,
    /// On 127.0.0.1.
    pub port: u16,
}

/// The right to serve, for as long as it is held.
pub struct Right {
    path: PathBuf,
    held: Flock<File>,
}

fn path(root: &Path) -> PathBuf {
    root.join(".lab/book.json")
}

impl Served {
    /// Who serves the book of this checkout now. A record that a killed server
    /// left is removed.
    pub fn here(root: &Path) -> Option<Served> {
        let path = path(root);
        let text = fs::read_to_string(&path).ok()?;
        if let Ok(Some(_held)) = lock(&path, Duration::ZERO, || {}) {
            // While we have the lock the file is nobody's.
            let _ = files::remove(&path);
            return None;
        }
        serde_json::from_str(&text).ok()
    }

    /// A page's address.
    pub fn url(&self, page: &str) -> String {
        format!("http://127.0.0.1:{}/{page}", self.port)
    }
}

impl Right {
    /// The right to serve this checkout's book, or none when somebody has it.
    ///
    /// # Errors
    /// The record can't be made or locked.
    pub fn to(root: &Path) -> Result<Option<Right>> {
        let path = path(root);
        let Some(held) = lock(&path, READER, || {})? else {
            return Ok(None);
        };
        // What a killed server left there would be taken for ours.
        let emptied = held.set_len(0);
        emptied.with_context(|| format!("write {}", path.display()))?;
        Ok(Some(Right { path, held }))
    }

    /// Says where it is served. Written in place, because the lock is on this
    /// very file.
    ///
    /// # Errors
    /// The record can't be written.
    pub fn say(&mut self, port: u16) -> Result<Served> {
        let pid = process::id();
        let served = Served { pid, port };
        let text = serde_json::to_string(&served).context("write the record as JSON")?;
        let written = self.held.write_all(text.as_bytes());
        written.with_context(|| format!("write {}", self.path.display()))?;
        Ok(served)
    }
}

impl Drop for Right {
    fn drop(&mut self) {
        // One that stays is found by whoever reads it next.
        let _ = files::remove(&self.path);
    }
}
