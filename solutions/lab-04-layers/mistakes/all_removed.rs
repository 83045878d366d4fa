    let _ = (images, containers);
    layers.to_vec()
