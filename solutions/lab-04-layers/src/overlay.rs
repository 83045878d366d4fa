//! Layers, one on top of the other: the overlay mount.
//!
//! mount(2) takes the options of a file system as text, one page of it at most,
//! in which `,` ends an option and `:` a layer. Layers are named by the digest
//! of what is in them, 64 characters each, below a store that may be anywhere.
//! So the mount is made from within the container's own directory, where each
//! layer has a link of a few characters: 499 of them fit, and none has a
//! character that means something.

use std::path::Path;

use namespaces::Failure;
use namespaces::failure::During;
use nix::mount::{MsFlags, mount};
use nix::unistd::chdir;

use crate::whiteout;

/// Left on, these would keep in the upper directory notes instead of files: a
/// directory that was renamed as the name it had (`redirect_dir`), a file whose
/// mode was changed without its content (`metacopy`). A layer has to be whole
/// without those below it. Distributions differ in what is on.
pub const WHOLE_FILES: &str = "index=off,redirect_dir=nofollow,metacopy=off";

/// Mounts the overlay of a container: on `merged`, in the directory `room`.
///
/// `layers` are the lower directories' names in `room`, the lowest first. What
/// is written goes into `upper`; `work` is overlayfs's, and on the same file
/// system as `upper`. [`extra`] has to be among the options. All of these are
/// names relative to the current directory, which this changes: the process is
/// the container's, and will soon stand elsewhere.
pub fn merge(room: &Path, layers: &[String]) -> Result<(), Failure> {
    // ANCHOR: merge
    chdir(room).during("chdir", room.display())?;
    let topmost_first: Vec<&str> = layers.iter().rev().map(String::as_str).collect();
    let options = format!(
        "lowerdir={},upperdir=upper,workdir=work,{}",
        topmost_first.join(":"),
        extra()
    );
    let flags = MsFlags::empty();
    mount(
        Some("overlay"),
        "merged",
        Some("overlay"),
        flags,
        Some(options.as_str()),
    )
    .during("mount the overlay", room.display())
    // ANCHOR_END: merge
}

/// The options every overlay of ours has, whatever its layers are.
pub fn extra() -> String {
    match whiteout::prefix() {
        // Attributes named `trusted` are refused to root of a user namespace.
        "user" => format!("{WHOLE_FILES},userxattr"),
        _ => WHOLE_FILES.into(),
    }
}
