//! What the runner remembers, in `.lab/` at the root: results, hints given,
//! kept versions, what `sync` last wrote. Git ignores it; deleting it costs
//! nothing but memory.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::files;

/// The folder `.lab`.
#[derive(Debug)]
pub struct Store {
    root: PathBuf,
}

/// The last verdicts on one lab.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub struct Results {
    /// Of the sources they were made from.
    pub fingerprint: String,
    /// Verdict names by check.
    pub checks: BTreeMap<String, String>,
    /// What each check was last green by, as [`crate::progress::judges`] tells
    /// it. Stays when the sources or the checks change.
    #[serde(default)]
    pub green: BTreeMap<String, String>,
}

/// What can be forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Memory {
    /// The last verdicts.
    Results,
    /// How many hints were given.
    Hints,
    /// What `sync` wrote.
    Generated,
    /// That checks may be started as root.
    Consent,
}

impl Store {
    /// The store of the repository at `root`. Nothing is created before it is
    /// needed.
    pub fn at(root: &Path) -> Store {
        Store {
            root: root.to_owned(),
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.root.join(".lab").join(name)
    }

    fn results_file(&self, lab: &str) -> PathBuf {
        self.file(&format!("results/{lab}.json"))
    }

    /// The last results, or none. A damaged file is none: the next check
    /// writes it anew.
    pub fn results(&self, lab: &str) -> Results {
        let text = fs::read_to_string(self.results_file(lab)).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// Remembers results.
    ///
    /// # Errors
    /// The file can't be written.
    pub fn remember(&self, lab: &str, results: &Results) -> Result<()> {
        let text = serde_json::to_string_pretty(results).context("write results as JSON")?;
        files::write(&self.results_file(lab), text.as_bytes())
    }

    /// How many hints a learner was given, by `lab/task`.
    fn hints(&self) -> BTreeMap<String, usize> {
        let text = fs::read_to_string(self.file("hints.json")).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// How many hints of a task were given.
    pub fn hints_given(&self, lab: &str, task: &str) -> usize {
        self.hints()
            .get(&format!("{lab}/{task}"))
            .copied()
            .unwrap_or(0)
    }

    /// Remembers that `count` hints of a task were given.
    ///
    /// # Errors
    /// The file can't be written.
    pub fn give_hints(&self, lab: &str, task: &str, count: usize) -> Result<()> {
        let mut hints = self.hints();
        hints.insert(format!("{lab}/{task}"), count);
        let text = serde_json::to_string_pretty(&hints).context("write hints as JSON")?;
        files::write(&self.file("hints.json"), text.as_bytes())
    }

    /// The tool through which a learner agreed to start checks as root.
    pub fn consent(&self) -> Option<String> {
        let text = fs::read_to_string(self.file("consent.json")).ok()?;
        let consent: BTreeMap<String, String> = serde_json::from_str(&text).ok()?;
        consent.get("root").cloned()
    }

    /// Remembers that a learner agreed.
    ///
    /// # Errors
    /// The file can't be written.
    pub fn remember_consent(&self, tool: &str) -> Result<()> {
        let consent = BTreeMap::from([("root", tool)]);
        let text = serde_json::to_string_pretty(&consent).context("write consent as JSON")?;
        files::write(&self.file("consent.json"), text.as_bytes())
    }

    /// Copies a file of a learner's to `.lab/kept/<time>/` before it changes.
    /// Returns where the copy is.
    ///
    /// # Errors
    /// The copy can't be made; then the file must not be changed.
    pub fn keep(&self, file: &Path) -> Result<PathBuf> {
        let relative = file.strip_prefix(&self.root).unwrap_or(file);
        let folder = self.folder_without(&[relative]);
        self.keep_in(&folder, relative)
    }

    /// Copies files to one folder, `.lab/kept/<time>/`, and returns it. The
    /// files are named relative to the root.
    ///
    /// # Errors
    /// As [`Store::keep`].
    pub fn keep_all(&self, files: &[&Path]) -> Result<PathBuf> {
        let folder = self.folder_without(files);
        for file in files {
            self.keep_in(&folder, file)?;
        }
        Ok(folder)
    }

    /// A folder of this time's that holds none of these files: two may be kept
    /// within one second.
    fn folder_without(&self, files: &[&Path]) -> PathBuf {
        let time = time_name(SystemTime::now());
        let mut folder = self.file("kept").join(&time);
        let mut attempt = 1;
        while files.iter().any(|file| folder.join(file).exists()) {
            attempt += 1;
            folder = self.file("kept").join(format!("{time}-{attempt}"));
        }
        folder
    }

    fn keep_in(&self, folder: &Path, relative: &Path) -> Result<PathBuf> {
        let (file, kept) = (self.root.join(relative), folder.join(relative));
        let bytes = fs::read(&file).with_context(|| format!("read {}", file.display()))?;
        files::write(&kept, &bytes)?;
        Ok(kept)
    }

    /// What `sync` last wrote to a file.
    pub fn generated(&self, relative: &Path) -> Option<Vec<u8>> {
        fs::read(self.file("generated").join(relative)).ok()
    }

    /// Remembers what `sync` wrote; `None` when it removed the file.
    ///
    /// # Errors
    /// The copy can't be written or removed.
    pub fn remember_generated(&self, relative: &Path, bytes: Option<&[u8]>) -> Result<()> {
        let file = self.file("generated").join(relative);
        match bytes {
            Some(bytes) => files::write(&file, bytes),
            None => files::remove(&file),
        }
    }

    /// Forgets results, hints and consent. Returns what was there. Kept versions stay.
    ///
    /// # Errors
    /// Something can't be removed.
    pub fn forget(&self) -> Result<Vec<Memory>> {
        let mut forgotten = Vec::new();
        for (name, what) in [
            ("results", Memory::Results),
            ("hints.json", Memory::Hints),
            ("generated", Memory::Generated),
            ("consent.json", Memory::Consent),
        ] {
            let path = self.file(name);
            let removed = if path.is_dir() {
                fs::remove_dir_all(&path)
            } else {
                fs::remove_file(&path)
            };
            match removed {
                Ok(()) => forgotten.push(what),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => {
                    return Err(error).with_context(|| format!("remove {}", path.display()));
                }
            }
        }
        Ok(forgotten)
    }
}

/// A time as a folder's name, in UTC: `2026-01-31T09-05-00`.
pub fn time_name(time: SystemTime) -> String {
    let seconds = time
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}-{minute:02}-{second:02}")
}

/// The date `days` after 1970-01-01 in the Gregorian calendar.
fn civil(days: u64) -> (u64, u64, u64) {
    let is_leap = |year: u64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let (mut year, mut day) = (1970, days);
    loop {
        let length = if is_leap(year) { 366 } else { 365 };
        if day < length {
            break;
        }
        day -= length;
        year += 1;
    }
    let february = if is_leap(year) { 29 } else { 28 };
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if day < length {
            break;
        }
        day -= length;
        month += 1;
    }
    (year, month, day + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn times_read_as_dates() {
        for (seconds, name) in [
            (0, "1970-01-01T00-00-00"),
            (951_782_400, "2000-02-29T00-00-00"),
            (1_767_225_599, "2025-12-31T23-59-59"),
            (4_102_444_800, "2100-01-01T00-00-00"),
        ] {
            assert_eq!(time_name(UNIX_EPOCH + Duration::from_secs(seconds)), name);
        }
    }
}
