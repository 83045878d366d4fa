    let mut budget = Budget::of(most);
    let mut unpacked = Vec::new();
    let mut left_out = Vec::new();
    for image in images {
        let mut below = Vec::new();
        for layer in &image.layers {
            let named = || format!("layer {:?}", layer.file);
            let file = bundle.read(&layer.file).with_context(named)?;
            let blob = Verified::new(file, layer.blob.clone());
            let tar = Unpacked::new(blob, layer.compression);
            let mut tar = Verified::new(tar, Expected::tar(&layer.diff_id, most));
            let mut place = store.layer(&layer.diff_id);
            if !store.has_layer(&layer.diff_id) {
                let (path, directory) = staged(making, unpacked.len())?;
                let words = unpack(&mut tar, directory.as_fd(), &below, &mut budget);
                left_out.extend(words.with_context(named)?);
                unpacked.push((path.clone(), &layer.diff_id));
                place = path;
            }
            tar.verify().context("unpacked").with_context(named)?;
            below.push(place);
        }
    }
    for (path, diff_id) in unpacked {
        making.into_layer(&path, store, diff_id)?;
    }
    Ok(left_out)
