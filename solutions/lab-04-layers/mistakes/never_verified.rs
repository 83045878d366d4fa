    let mut budget = Budget::of(most);
    let mut left_out = Vec::new();
    for (number, layer) in images.iter().flat_map(|image| &image.layers).enumerate() {
        let blob = Verified::new(bundle.read(&layer.file)?, layer.blob.clone());
        let tar = Unpacked::new(blob, layer.compression);
        let tar = Verified::new(tar, Expected::tar(&layer.diff_id, most));
        if !store.has_layer(&layer.diff_id) {
            let (path, directory) = staged(making, number)?;
            left_out.extend(unpack(tar, directory.as_fd(), &[], &mut budget)?);
            making.into_layer(&path, store, &layer.diff_id)?;
        }
    }
    Ok(left_out)
