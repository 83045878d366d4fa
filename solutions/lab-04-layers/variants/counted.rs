    let mut unused = layers.to_vec();
    unused.retain(|layer| {
        let in_image = |image: &Image| image.layers().contains(layer);
        let in_container = |own: &Vec<Digest>| own.contains(layer);
        !images.iter().any(in_image) && !containers.iter().any(in_container)
    });
    unused
