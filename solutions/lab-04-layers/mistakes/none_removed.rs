    let _ = (layers, images, containers);
    Vec::new()
