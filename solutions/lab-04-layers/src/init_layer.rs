//! The init layer: three files of `/etc` that are the container's and not the
//! image's. They lie between both: above the image, so that they are seen, and
//! below what the container writes, so that a commit doesn't take them.

use std::fs::{self, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use namespaces::Failure;
use namespaces::failure::During;

use crate::copy;

/// The files, as paths inside the container.
pub const FILES: [&str; 3] = ["/etc/hostname", "/etc/hosts", "/etc/resolv.conf"];

/// Directories that lab 03 mounts on, and makes where an image hasn't got them.
/// Made here they are no change of the container's.
const MOUNT_POINTS: [&str; 3] = ["dev", "proc", "sys"];

/// Writes them into `etc`, the init layer's directory of this name, which is
/// there. `resolv_conf` is the content of the last.
///
/// [`file`] writes one, so that everybody may read it.
pub fn write(etc: &Path, hostname: &str, resolv_conf: &str) -> Result<(), Failure> {
    // ANCHOR: init_layer
    let hosts = format!("127.0.0.1 localhost\n::1 localhost\n127.0.1.1 {hostname}\n");
    file(&etc.join("hostname"), &format!("{hostname}\n"))?;
    file(&etc.join("hosts"), &hosts)?;
    file(&etc.join("resolv.conf"), resolv_conf)
    // ANCHOR_END: init_layer
}

/// Writes a file that everybody may read, whatever our umask is.
pub fn file(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text)
        .and_then(|()| fs::set_permissions(path, Permissions::from_mode(0o644)))
        .during("write", path.display())
}

/// Fills the init layer of a container whose image has these layers, the lowest
/// first: the three files, and the mount points the image lacks. A directory
/// `etc` of ours lies above the image's, and looks like it.
/// Where the image's `/etc` is no directory there is nothing to write to.
pub fn fill(init: &Path, layers: &[PathBuf], hostname: &str) -> Result<()> {
    for name in MOUNT_POINTS {
        let has = |layer: &PathBuf| fs::symlink_metadata(layer.join(name)).is_ok();
        if !layers.iter().any(has) {
            fs::create_dir(init.join(name)).with_context(|| format!("make {name}"))?;
        }
    }
    let etc = init.join("etc");
    fs::create_dir(&etc).context("make etc")?;
    fs::set_permissions(&etc, Permissions::from_mode(0o755)).context("make etc")?;
    let mut images = layers.iter().rev().map(|layer| layer.join("etc"));
    if let Some(image) = images.find(|image| fs::symlink_metadata(image).is_ok()) {
        if !fs::symlink_metadata(&image)?.is_dir() {
            return Ok(fs::remove_dir(&etc)?);
        }
        copy::attributes(&image, &etc)?;
    }
    let resolv_conf = match fs::read_to_string("/etc/resolv.conf") {
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        text => text.context("read /etc/resolv.conf")?,
    };
    Ok(write(&etc, hostname, &resolv_conf)?)
}

/// Whether a path inside the container is one of [`FILES`].
pub fn is_ours(path: &Path) -> bool {
    FILES.iter().any(|file| path == Path::new(file))
}
