    let used = |layer: &Digest| {
        images.iter().any(|image| image.layers().contains(layer))
            || containers.iter().any(|of| of.last() == Some(layer))
    };
    layers
        .iter()
        .filter(|layer| !used(layer))
        .cloned()
        .collect()
