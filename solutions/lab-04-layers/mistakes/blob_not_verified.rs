    let mut unpacked = Vec::new();
    let mut left_out = Vec::new();
    for layer in images.iter().flat_map(|image| &image.layers) {
        let named = || format!("layer {:?}", layer.file);
        let file = bundle.read(&layer.file).with_context(named)?;
        let blob = Verified::new(file, layer.blob.clone());
        let tar = Unpacked::new(blob, layer.compression);
        let mut tar = Verified::new(tar, Expected::tar(&layer.diff_id, most));
        if !store.has_layer(&layer.diff_id) {
            let (path, directory) = staged(making, unpacked.len())?;
            let words = unpack(&mut tar, directory.as_fd(), most).with_context(named)?;
            left_out.extend(words);
            unpacked.push((path, &layer.diff_id));
        }
        tar.verify().context("unpacked").with_context(named)?;
    }
    for (path, diff_id) in unpacked {
        making.into_layer(&path, store, diff_id)?;
    }
    Ok(left_out)
