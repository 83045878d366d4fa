//! The working tree's files, as git sees them.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use anyhow::{Context, Result};

use super::plan::{Content, Plan};
use crate::failure::Failure;
use crate::files;
use crate::message::say;

/// A file of the working tree; `None` when nothing is there.
///
/// # Errors
/// It can't be read, or is a folder.
pub fn read(root: &Path, path: &Path) -> Result<Option<Content>> {
    let path = root.join(path);
    let about = match fs::symlink_metadata(&path) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        about => about.with_context(|| format!("read {}", path.display()))?,
    };
    if about.is_symlink() {
        let to = fs::read_link(&path).with_context(|| format!("read {}", path.display()))?;
        return Ok(Some(Content {
            bytes: to.into_os_string().into_encoded_bytes(),
            mode: "120000".to_owned(),
        }));
    }
    if about.is_dir() {
        return Ok(None);
    }
    let bytes = fs::read(&path).with_context(|| format!("read {}", path.display()))?;
    let runs = about.permissions().mode() & 0o100 != 0;
    let mode = if runs { "100755" } else { "100644" };
    Ok(Some(Content {
        bytes,
        mode: mode.to_owned(),
    }))
}

/// Refuses a plan that would have to write where something else stands: a
/// folder in a file's place, or a file in a folder's.
///
/// # Errors
/// The first such place.
pub fn possible(root: &Path, plan: &Plan) -> Result<(), Failure> {
    let leaving: BTreeSet<&Path> = plan
        .steps
        .iter()
        .filter(|step| step.after.is_none())
        .map(|step| step.path.as_path())
        .collect();
    for step in plan.steps.iter().filter(|step| step.after.is_some()) {
        let path = root.join(&step.path);
        if path.is_dir() && !path.is_symlink() {
            let mut inside = files::below(&path)?.into_iter();
            if inside.any(|file| !leaving.contains(step.path.join(file).as_path())) {
                let path = step.path.display().to_string();
                return Err(Failure::Usage(say!(
                    "update-blocked-by-folder",
                    path = path
                )));
            }
        }
        for above in step.path.ancestors().skip(1) {
            let place = root.join(above);
            let is_file = place.symlink_metadata().is_ok() && !place.is_dir();
            if is_file && !leaving.contains(above) {
                let path = above.display().to_string();
                return Err(Failure::Usage(say!("update-blocked-by-file", path = path)));
            }
        }
    }
    Ok(())
}

/// Writes a file with its mode, never through a symbolic link to wherever it
/// points.
///
/// # Errors
/// It can't be written.
pub fn put(path: &Path, mode: &str, bytes: &[u8]) -> Result<()> {
    let failed = || format!("write {}", path.display());
    if path.is_symlink() || mode == "120000" {
        files::remove(path)?;
    }
    if mode == "120000" {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).with_context(failed)?;
        }
        let to = std::str::from_utf8(bytes).with_context(failed)?;
        return symlink(to, path).with_context(failed);
    }
    if path.is_dir() {
        // Only empty folders are left in it: `possible` has looked.
        fs::remove_dir_all(path).with_context(failed)?;
    }
    files::write(path, bytes)?;
    let about = fs::metadata(path).with_context(failed)?;
    let now = about.permissions().mode();
    let wanted = match mode {
        // Who may read may run.
        "100755" => now | ((now & 0o444) >> 2),
        _ => now & !0o111,
    };
    if wanted != now {
        fs::set_permissions(path, fs::Permissions::from_mode(wanted)).with_context(failed)?;
    }
    Ok(())
}

/// Removes the folders above a file that became empty, as git does.
pub fn remove_empty_above(root: &Path, path: &Path) {
    let above = path.ancestors().skip(1);
    for folder in above.filter(|folder| !folder.as_os_str().is_empty()) {
        // It fails for one that isn't empty, and then all above aren't.
        if fs::remove_dir(root.join(folder)).is_err() {
            return;
        }
    }
}
