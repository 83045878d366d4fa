    let used = |layer: &Digest| {
        images
            .iter()
            .any(|image| image.layers().first() == Some(layer))
            || containers.iter().any(|container| container.contains(layer))
    };
    layers
        .iter()
        .filter(|layer| !used(layer))
        .cloned()
        .collect()
