//! cargo itself as root, which the workshop never needs.

use std::env;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use crate::failure::Failure;
use crate::message::say;
use crate::workspace::Workspace;

/// Refuses cargo that was started as root through sudo in the repository of the
/// user who typed it: what it writes would be root's. Root itself is fine, as
/// in a container.
///
/// # Errors
/// It is so, with what to do.
pub fn refuse_cargo_as_root(workspace: &Workspace) -> Result<(), Failure> {
    let Some(user) = cargo_as_root(workspace) else {
        return Ok(());
    };
    let mut reason = say!("escalate-cargo-as-root", user = user.as_str());
    let roots = |path: PathBuf| fs::metadata(path).is_ok_and(|file| file.uid() == 0);
    if env::current_exe().is_ok_and(roots) {
        reason += "\n";
        reason += &say!("escalate-cargo-as-root-repair", user = user.as_str());
    }
    Err(Failure::Usage(reason))
}

/// The user who started cargo as root through sudo in their own repository.
pub fn cargo_as_root(workspace: &Workspace) -> Option<String> {
    let uid: u32 = env::var("SUDO_UID").ok()?.parse().ok()?;
    let root = nix::unistd::geteuid().is_root();
    let owner = fs::metadata(&workspace.root).ok()?.uid();
    let theirs = root && uid != 0 && owner == uid;
    theirs.then(|| env::var("SUDO_USER").unwrap_or_else(|_| uid.to_string()))
}
