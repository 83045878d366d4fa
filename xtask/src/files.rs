//! Files written whole or not at all.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Writes a file and the folders above it. The file is replaced in one step,
/// so an interrupted run leaves the old one or the new one.
///
/// # Errors
/// A folder or the file can't be written.
pub fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))?;
    }
    let mut beside = file.as_os_str().to_owned();
    beside.push(".new");
    let beside = PathBuf::from(beside);
    fs::write(&beside, bytes).with_context(|| format!("write {}", beside.display()))?;
    fs::rename(&beside, file).with_context(|| format!("write {}", file.display()))
}

/// Writes a file unless it holds these bytes already, so that its time stays
/// and cargo has nothing to build.
///
/// # Errors
/// As [`write`].
pub fn write_if_changed(file: &Path, bytes: &[u8]) -> Result<()> {
    match fs::read(file) {
        Ok(old) if old == bytes => Ok(()),
        _ => write(file, bytes),
    }
}

/// Removes a file; one that isn't there is no error.
///
/// # Errors
/// The file can't be removed.
pub fn remove(file: &Path) -> Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("remove {}", file.display()))
        }
        _ => Ok(()),
    }
}

/// All files below a folder, relative to it, sorted. A folder that isn't there
/// has none. Names that are not UTF-8 are files of nobody's and left out.
///
/// # Errors
/// A folder can't be read.
pub fn below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(relative) = folders.pop() {
        let dir = folder.join(&relative);
        let entries = match fs::read_dir(&dir) {
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            entries => entries.with_context(|| format!("read {}", dir.display()))?,
        };
        for entry in entries {
            let entry = entry.with_context(|| format!("read {}", dir.display()))?;
            let path = relative.join(entry.file_name());
            let kind = entry
                .file_type()
                .with_context(|| format!("read {}", path.display()))?;
            if kind.is_dir() {
                folders.push(path);
            } else if path.to_str().is_some() {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}
