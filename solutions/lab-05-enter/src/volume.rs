//! Directories and files of the host, seen inside as well.
//!
//! A volume is a bind mount, made when the container has its mount namespace
//! and before its root is switched: that is the one moment in which a path of
//! the host still means something, and a mount no longer reaches the host.

pub mod shelf;

use std::os::fd::{AsFd, BorrowedFd};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail, ensure};
use namespaces::Failure;
use namespaces::failure::During;
use namespaces::hook::Hook;
use namespaces::spec::validate_id;
use nix::mount::{MsFlags, mount};
use rootfs::sys::set_read_only;
use rootfs::{place, root};
use serde::{Deserialize, Serialize};

/// Where a volume's files are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// A directory or a file of the host: an absolute path.
    Path(PathBuf),
    /// A volume that has a name.
    Named(String),
}

/// What `-v` asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Volume {
    pub source: Source,
    /// Inside: an absolute path.
    pub target: PathBuf,
    pub read_only: bool,
    /// The named volume's directory on the shelf.
    #[serde(default)]
    pub shelf: Option<PathBuf>,
}

/// Reads `SOURCE:TARGET[:OPTIONS]`. The source is a path of the host when it
/// begins with `/`, and the name of a volume else ([`validate_id`]); the target
/// is an absolute path inside; the options are `ro` or `rw`, which is meant when
/// there are none.
pub fn parse(text: &str) -> Result<Volume> {
    // ANCHOR: parse
    let words: Vec<&str> = text.split(':').collect();
    let (source, target, option) = match words.as_slice() {
        [source, target] => (*source, *target, "rw"),
        [source, target, option] => (*source, *target, *option),
        _ => bail!("volume {text:?}: must be SOURCE:TARGET or SOURCE:TARGET:ro"),
    };
    let source = if source.starts_with('/') {
        Source::Path(source.into())
    } else {
        validate_id(source).with_context(|| format!("volume {text:?}"))?;
        Source::Named(source.into())
    };
    let read_only = match option {
        "ro" => true,
        "rw" => false,
        _ => bail!("volume {text:?}: the option {option:?} is neither ro nor rw"),
    };
    Ok(Volume {
        source,
        target: checked_target(text, target)?,
        read_only,
        shelf: None,
    })
    // ANCHOR_END: parse
}

/// A place inside where a volume can be.
fn checked_target(text: &str, target: &str) -> Result<PathBuf> {
    let target = PathBuf::from(target);
    ensure!(
        target.is_absolute(),
        "volume {text:?}: the path inside must begin with /"
    );
    let mut parts = target.components().skip(1);
    let first = parts.next();
    ensure!(
        first.is_some(),
        "volume {text:?}: / is the root itself; see --rootfs"
    );
    ensure!(
        first != Some(Component::Normal("proc".as_ref())),
        "volume {text:?}: /proc is the kernel's"
    );
    Ok(target)
}

impl Volume {
    /// Where its files are on the host.
    pub fn host_path(&self) -> Result<PathBuf> {
        match (&self.source, &self.shelf) {
            (Source::Path(path), _) => Ok(path.clone()),
            (Source::Named(_), Some(shelf)) => Ok(shelf::data(shelf)),
            (Source::Named(name), None) => bail!("volume {name} has no directory"),
        }
    }
}

/// The volumes of a container.
#[derive(Debug)]
pub struct Volumes {
    pub root: PathBuf,
    pub volumes: Vec<Volume>,
}

impl Hook for Volumes {
    fn name(&self) -> &'static str {
        "volumes"
    }

    /// The container's own mounts, `/dev/shm` for example, are there already: a
    /// volume lies on top of them.
    fn create_container(&self) -> Result<()> {
        let mut volumes: Vec<&Volume> = self.volumes.iter().collect();
        // What lies deeper comes later, or it would be covered.
        volumes.sort_by_key(|volume| volume.target.components().count());
        for volume in volumes {
            let shown = volume.target.display();
            // Words, and no context: of a failure that crosses to the runtime
            // only the failure itself is kept.
            self.show(volume)
                .map_err(|error| anyhow!("volume at {shown}: {error:#}"))?;
        }
        Ok(())
    }
}

impl Volumes {
    fn show(&self, volume: &Volume) -> Result<()> {
        // Anew for each: it stands for what was mounted when it was opened.
        let root = root::open_root(&self.root)?;
        if let Some(shelf) = &volume.shelf {
            let found = place::existing(root.as_fd(), &volume.target)?;
            // What the descriptor stands for, and not the link to it.
            let image = found.as_ref().map(|place| place.path().join("."));
            shelf::fill(shelf, image.as_deref())?;
        }
        bind(root.as_fd(), &volume.host_path()?, &volume.target)?;
        if volume.read_only {
            protect(root.as_fd(), &volume.target)?;
        }
        Ok(())
    }
}

/// Shows `source` of the host, with all that is mounted below it, at `target`
/// of the image whose root directory is `root`. The mount point is made where it
/// is missing: a directory for a directory, a file for anything else.
pub fn bind(root: BorrowedFd, source: &Path, target: &Path) -> Result<(), Failure> {
    // ANCHOR: bind
    let place = match source.is_dir() {
        true => place::directory(root, target)?,
        false => place::file(root, target)?,
    };
    let all_below = MsFlags::MS_BIND | MsFlags::MS_REC;
    mount(
        Some(source),
        &place.path(),
        None::<&str>,
        all_below,
        None::<&str>,
    )
    .during("bind", source.display())
    // ANCHOR_END: bind
}

/// Lets nothing be written below `target`: not through the mount that is there,
/// and not through those below it. The host goes on writing. [`set_read_only`]
/// takes a descriptor of the mount, and says of those below only on request.
pub fn protect(root: BorrowedFd, target: &Path) -> Result<(), Failure> {
    // ANCHOR: protect
    let mounted = place::directory(root, target)?;
    set_read_only(mounted.as_fd(), true).during("make read-only", target.display())
    // ANCHOR_END: protect
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_the_field_reads_them() -> Result<()> {
        let named = |name: &str| Source::Named(name.into());
        for (text, source, target, read_only) in [
            ("/srv:/data", Source::Path("/srv".into()), "/data", false),
            ("/srv:/data:ro", Source::Path("/srv".into()), "/data", true),
            ("db:/var/lib/db:rw", named("db"), "/var/lib/db", false),
        ] {
            let volume = parse(text)?;
            assert_eq!(volume.source, source, "{text}");
            assert_eq!(volume.target, Path::new(target), "{text}");
            assert_eq!(volume.read_only, read_only, "{text}");
        }
        for text in [
            "",
            "/srv",
            ":/data",
            "/srv:",
            "/srv:data",
            "/srv:/",
            "/srv:/data:",
            "/srv:/data:rx",
            "/srv:/data:ro:rw",
            "a/b:/data",
            "../a:/data",
            "/srv:/proc",
            "/srv:/proc/sys",
        ] {
            assert!(parse(text).is_err(), "{text:?}");
        }
        Ok(())
    }
}
