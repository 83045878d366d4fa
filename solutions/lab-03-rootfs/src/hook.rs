//! The hook this lab adds: a root of its own for a container, at four points of
//! its life.

use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use anyhow::Result;
use namespaces::Spec;
use namespaces::hook::{Hook, Plan};
use serde::{Deserialize, Serialize};

use crate::{devices, mask, mounts, root, switch};

/// The name of our part in [`Spec::extensions`].
pub const PART: &str = "rootfs";

/// Our part of a container's spec; absent when it keeps the host's root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The directory that becomes the root: absolute, without links.
    pub root: PathBuf,
    /// By chroot: the weak version.
    pub chroot: bool,
    /// Nothing can be written in the root itself.
    pub read_only: bool,
    /// Mount nothing in it.
    pub bare: bool,
    /// Cover nothing of the kernel's, and write-protect nothing.
    pub unmask: bool,
}

/// The hooks of this lab, rebuilt from a spec: lab 02's, then our own. A later
/// lab's begin with these.
pub fn hooks(spec: &Spec) -> Result<Vec<Box<dyn Hook>>> {
    let mut hooks = cgroups::hooks(spec)?;
    if let Some(part) = spec.extension(PART)? {
        hooks.push(Box::new(Rootfs { part }));
    }
    Ok(hooks)
}

/// A container's root.
#[derive(Debug)]
pub struct Rootfs {
    part: Part,
}

impl Hook for Rootfs {
    fn name(&self) -> &'static str {
        "rootfs"
    }

    /// We mount `/proc` with the rest, or on request not at all.
    fn prepare(&self, plan: &mut Plan) -> Result<()> {
        plan.mount_proc = false;
        Ok(())
    }

    /// With the old root in sight: its devices may have to be bound.
    fn create_container(&self) -> Result<()> {
        let Part { root, chroot, .. } = &self.part;
        if !chroot {
            root::bind(root)?;
        }
        if !self.part.bare {
            let root = root::open_root(root)?;
            mounts::mount_all(root.as_fd())?;
            devices::make_all(root.as_fd())?;
        }
        Ok(())
    }

    fn switch_root(&self) -> Result<()> {
        let Part { root, chroot, .. } = &self.part;
        if *chroot {
            return Ok(switch::chroot_into(root)?);
        }
        switch::pivot_into(root)?;
        Ok(switch::leave_old_root()?)
    }

    /// After every mount, or one that comes later would lie on top.
    fn start_container(&self) -> Result<()> {
        let root = root::open_root(Path::new("/"))?;
        if !self.part.bare && !self.part.unmask {
            for path in mask::MASKED {
                mask::mask(root.as_fd(), Path::new(path))?;
            }
            for path in mask::READ_ONLY {
                mask::read_only(root.as_fd(), Path::new(path))?;
            }
        }
        if self.part.read_only {
            mask::read_only_root(root.as_fd())?;
        }
        Ok(())
    }
}
