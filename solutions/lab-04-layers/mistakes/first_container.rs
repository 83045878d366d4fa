    let used = |layer: &Digest| {
        images.iter().any(|image| image.layers().contains(layer))
            || containers
                .iter()
                .take(1)
                .any(|container| container.contains(layer))
    };
    layers
        .iter()
        .filter(|layer| !used(layer))
        .cloned()
        .collect()
