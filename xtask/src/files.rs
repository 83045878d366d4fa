//! Files written whole or not at all.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// What the name of a file ends with while it is written.
const UNFINISHED: &str = ".unfinished";

/// Writes a file and the folders above it. The file is replaced in one step,
/// so an interrupted run leaves the old one or the new one, and beside it at
/// most a file that [`remove_unfinished`] knows.
///
/// # Errors
/// A folder or the file can't be written.
pub fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))?;
    }
    // Hidden, so that neither cargo nor `watch` takes it for a source.
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let beside = file.with_file_name(format!(".{name}.{}{UNFINISHED}", std::process::id()));
    let written = fs::write(&beside, bytes)
        .and_then(|()| match fs::metadata(file) {
            Ok(old) => fs::set_permissions(&beside, old.permissions()),
            Err(_) => Ok(()),
        })
        .with_context(|| format!("write {}", beside.display()))
        .and_then(|()| {
            fs::rename(&beside, file).with_context(|| format!("write {}", file.display()))
        });
    if written.is_err() {
        // It was not replaced, and the reason is on its way.
        let _ = fs::remove_file(&beside);
    }
    written
}

/// Removes below a folder what runs that were killed had begun to write. A
/// file whose writer still runs is left to it.
///
/// # Errors
/// A folder can't be read, or a file can't be removed.
pub fn remove_unfinished(folder: &Path) -> Result<()> {
    for file in below(folder)? {
        if writer(&file).is_some_and(|pid| !Path::new(&format!("/proc/{pid}")).exists()) {
            remove(&folder.join(file))?;
        }
    }
    Ok(())
}

/// The process that was writing a file, when it is such a file.
fn writer(file: &Path) -> Option<u32> {
    let name = file.file_name()?.to_str()?.strip_prefix('.')?;
    let (_, pid) = name.strip_suffix(UNFINISHED)?.rsplit_once('.')?;
    pid.parse().ok()
}

/// Whether a file is an editor's and not the learner's: backups, swap files,
/// and what is written before it is renamed.
pub fn is_an_editors(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let name = name.as_ref();
    let is_temporary = [".swp", ".swx", ".tmp", ".bak", ".orig", "~"]
        .iter()
        .any(|ending| name.ends_with(ending));
    // Emacs locks and saves by itself; Vim tries whether it may write (4913).
    name.starts_with('.')
        || name.starts_with('#')
        || is_temporary
        || name.contains("___jb_")
        || (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_left_is_removed() {
        let folder = std::env::temp_dir().join(format!("xtask-files-{}", std::process::id()));
        let file = folder.join("src/lib.rs");
        write(&file, b"one").unwrap();
        write(&file, b"two").unwrap();
        assert_eq!(below(&folder).unwrap(), [Path::new("src/lib.rs")]);
        // No process has this number (proc(5), pid_max).
        let left = folder.join("src/.lib.rs.4194305.unfinished");
        let being_written = folder.join(format!("src/.x.{}.unfinished", std::process::id()));
        let mine = folder.join("src/notes.unfinished");
        for path in [&left, &being_written, &mine] {
            fs::write(path, b"half").unwrap();
        }
        remove_unfinished(&folder).unwrap();
        assert!(!left.exists());
        assert!(being_written.exists() && mine.exists());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn editors_files_are_known() {
        for name in [
            ".lib.rs.swp",
            "lib.rs~",
            "4913",
            "#lib.rs#",
            ".#lib.rs",
            "lib.rs___jb_tmp___",
            "lib.rs.tmp",
            ".lib.rs.12.unfinished",
        ] {
            assert!(
                is_an_editors(Path::new("src").join(name).as_path()),
                "{name}"
            );
        }
        for name in ["lib.rs", "check.rs", "waits.snap", "lab.yaml"] {
            assert!(!is_an_editors(Path::new(name)), "{name}");
        }
    }
}
