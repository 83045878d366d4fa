//! A generated workspace below the build folder, whose packages are copies of
//! the real one's under other names or over other dependencies.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result};

use crate::files;
use crate::manifest::{Manifest, joined};

/// Writes its root: the real workspace's profiles, dependencies, lints and
/// package fields, with `members` as members.
///
/// # Errors
/// A file can't be read or written.
pub fn workspace(real: &Path, root: &Path, members: &[&str]) -> Result<()> {
    let file = real.join("Cargo.toml");
    let text = fs::read_to_string(&file).with_context(|| format!("read {}", file.display()))?;
    let mut manifest = Manifest::parse(&text);
    let members: Vec<String> = members
        .iter()
        .map(|member| format!("    \"{member}\",\n"))
        .collect();
    manifest.put(
        "[workspace]",
        &format!(
            "[workspace]\nresolver = \"3\"\nmembers = [\n{}]\n\n",
            members.concat()
        ),
    );
    manifest.map_paths(|path| joined(real, path).display().to_string());
    files::write_if_changed(&root.join("Cargo.toml"), manifest.text().as_bytes())?;
    // The same versions as the real one; cargo adds the members.
    let lock = match fs::read_to_string(real.join("Cargo.lock")) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        lock => lock.with_context(|| format!("read {}", real.join("Cargo.lock").display()))?,
    };
    let seed = root.join("Cargo.lock.copied");
    if fs::read_to_string(&seed).ok().as_ref() != Some(&lock) {
        files::write(&root.join("Cargo.lock"), lock.as_bytes())?;
        files::write(&seed, lock.as_bytes())?;
    }
    Ok(())
}
