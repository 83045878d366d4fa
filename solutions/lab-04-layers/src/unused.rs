//! Layers are shared: by images that were built on the same one, and by the
//! containers that stand on them. A layer goes when the last of them is gone.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;

use anyhow::{Context, Result};
use namespaces::spec::random_id;

use crate::digest::Digest;
use crate::image::Image;
use crate::store::{Store, remove_tree};

/// Takes an image's name away, and with it all layers that nothing needs any
/// more: its own, and what others have left, be it a container that is gone or
/// an import that was killed. While somebody makes something in the store they
/// stay: it may be made of them, and the next command removes what is left.
///
/// # Errors
/// There is no such image, or the store can't be changed.
pub fn remove(store: &Store, text: &str) -> Result<Image> {
    let image = store.image(text)?;
    let making = store.make()?;
    let place = store.image_file(&image.name);
    fs::remove_file(&place).with_context(|| format!("remove {}", place.display()))?;
    // After the name: of two that go at once, one must see neither.
    let (images, containers) = (store.images()?, store.container_layers()?);
    for layer in unused(&store.layers()?, &images, &containers) {
        making.note(&layer)?;
    }
    making.leave();
    store.sweep()?;
    Ok(image)
}

/// Those of `layers` that may go: no image of the store is made of them, and no
/// container stands on them. [`Image::layers`] are an image's; a container's are
/// in `containers`.
pub fn unused(layers: &[Digest], images: &[Image], containers: &[Vec<Digest>]) -> Vec<Digest> {
    // ANCHOR: unused
    let of_images = images.iter().flat_map(Image::layers);
    let of_containers = containers.iter().flatten();
    let used: BTreeSet<&Digest> = of_images.chain(of_containers).collect();
    let unused = layers.iter().filter(|layer| !used.contains(layer));
    unused.cloned().collect()
    // ANCHOR_END: unused
}

/// Removes the layers that nothing needs and no removal of an image has met: an
/// import was killed before its image had a name, or a container is gone. None
/// while somebody makes something.
///
/// # Errors
/// The store can't be read or changed.
pub fn sweep(store: &Store) -> Result<()> {
    let Some(_alone) = store.alone()? else {
        return Ok(());
    };
    let images = store.images()?;
    let has = |layer: &Digest| images.iter().any(|image| image.layers().contains(layer));
    let mut layers = store.layers()?;
    layers.retain(|layer| !has(layer));
    collect(store, &layers)
}

/// Removes those of `layers` that nothing refers to. The caller has the store
/// alone.
pub(crate) fn collect(store: &Store, layers: &[Digest]) -> Result<()> {
    if layers.is_empty() {
        return Ok(());
    }
    let (images, containers) = (store.images()?, store.container_layers()?);
    for layer in unused(layers, &images, &containers) {
        let place = store.layer(&layer);
        // In one step: half a layer would be one.
        let aside = store.root().join("tmp").join(random_id()?);
        match fs::rename(&place, &aside) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            moved => moved.with_context(|| format!("remove {}", place.display()))?,
        }
        remove_tree(&aside)?;
    }
    Ok(())
}
