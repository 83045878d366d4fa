//! Part 04a: layers that the kernel refuses to mount.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use nix::mount::{MsFlags, mount};
use serde_json::{Value, json};
use workbench::Lab;

use crate::image::{BARE, Store, refused, steps};

/// A layer that overlayfs can't take: it is an overlay on an overlay already,
/// and the kernel stacks no third one. Everything else about the image is right.
pub fn too_high(lab: &Lab) -> Result<Value> {
    let store = Store::new(lab);
    let image = match store.image(&[steps(&["directory ./data"])])? {
        Err(why) => return Ok(refused(why)),
        Ok(image) => image,
    };
    let layers = store.layer_dirs()?;
    let layer = layers
        .first()
        .context("the image's layer is in the store")?;
    let twice = stacked_twice(&lab.directory().join("stacked"))?;
    bind(&twice, layer)?;
    let ended = store.run(&image, &[BARE], &["files", "/data"]).start()?;
    let ended = ended.end()?;
    let says = ended.stderr.lines().any(|line| line.contains(": layers: "));
    Ok(json!({
        "mount_the_kernel_refuses": match ended.code {
            Some(125) if says => "an error",
            _ if ended.stderr.contains("panicked") => "it panicked",
            _ => "not noticed",
        },
    }))
}

/// An overlay of which one layer is an overlay.
fn stacked_twice(dir: &Path) -> Result<PathBuf> {
    for name in ["a", "b", "c", "once", "twice"] {
        fs::create_dir_all(dir.join(name)).context("make a directory")?;
    }
    for (point, above, below) in [("once", "a", "b"), ("twice", "c", "once")] {
        let [above, below] = [above, below].map(|name| dir.join(name).display().to_string());
        let options = format!("lowerdir={above}:{below}");
        let flags = MsFlags::empty();
        mount(
            Some("check"),
            &dir.join(point),
            Some("overlay"),
            flags,
            Some(&*options),
        )
        .context("mount an overlay")?;
    }
    Ok(dir.join("twice"))
}

fn bind(from: &Path, to: &Path) -> Result<()> {
    let none = None::<&str>;
    mount(Some(from), to, none, MsFlags::MS_BIND, none).context("bind")
}
