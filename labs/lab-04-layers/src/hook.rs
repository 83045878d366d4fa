//! The hooks this lab adds: the layers a container stands on, and how its
//! command starts there.

use std::path::PathBuf;

use anyhow::Result;
use namespaces::Spec;
use namespaces::hook::{Hook, Plan};
use serde::{Deserialize, Serialize};

use crate::image::Image;
use crate::process::{self, Process};
use crate::room::Room;
use crate::store::Store;
use crate::{init_layer, overlay};

/// The name of our part in [`Spec::extensions`].
pub const PART: &str = "layers";

/// Our part of a container's spec; absent when it has no image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The store's directory: absolute, without links.
    pub store: PathBuf,
    /// The image as it was when the container was started. Its name may belong
    /// to another by now.
    pub image: Image,
    /// Tells this container's directories from those of others of its name.
    pub token: String,
    /// Write nothing into the init layer.
    pub bare: bool,
}

impl Part {
    /// The container's own directories.
    pub fn room(&self, id: &str) -> Room {
        Room::of(&Store::known(&self.store), id, &self.token)
    }
}

/// The hooks of this lab, rebuilt from a spec. A later lab's begin with these;
/// one of its own that needs root's rights in the container goes before the
/// last, which gives them up.
pub fn hooks(spec: &Spec) -> Result<Vec<Box<dyn Hook>>> {
    let mut hooks = rootfs::hooks(spec)?;
    if let Some(part) = spec.extension::<Part>(PART)? {
        let layers = Layers {
            room: part.room(&spec.id),
            part,
            hostname: spec.hostname.clone(),
        };
        // In front: lab 03 stands on what this mounts.
        hooks.insert(0, Box::new(layers));
    }
    if let Some(part) = spec.extension(process::PART)? {
        hooks.push(Box::new(Process { part }));
    }
    Ok(hooks)
}

/// A container's layers.
#[derive(Debug)]
struct Layers {
    part: Part,
    room: Room,
    hostname: Option<String>,
}

impl Hook for Layers {
    fn name(&self) -> &'static str {
        "layers"
    }

    /// Before there is a process: a failure here has nobody to kill.
    fn prepare(&self, plan: &mut Plan) -> Result<()> {
        let hostname = match &self.hostname {
            Some(name) => name.clone(),
            None => nix::unistd::gethostname()?.to_string_lossy().into_owned(),
        };
        let store = Store::known(&self.part.store);
        let layers = self.part.image.layers();
        let paths: Vec<PathBuf> = layers.iter().map(|layer| store.layer(layer)).collect();
        let bare = self.part.bare;
        self.room.make(&plan.entry, layers, |init| match bare {
            true => Ok(()),
            false => init_layer::fill(init, &paths, &hostname),
        })
    }

    /// In the container's mount namespace, which ends with its last process: a
    /// runtime that is killed leaves no mount behind.
    fn create_container(&self) -> Result<()> {
        Ok(overlay::merge(self.room.dir(), &self.room.lower()?)?)
    }

    fn remove(&self) -> Result<()> {
        self.room.remove()
    }
}
