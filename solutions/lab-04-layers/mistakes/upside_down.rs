    let mut left_out = Vec::new();
    let mut done: Vec<(PathBuf, Digest)> = Vec::new();
    let mut budget = Budget::of(most);
    for image in images {
        let mut below: Vec<PathBuf> = Vec::new();
        for layer in &image.layers {
            let id = &layer.diff_id;
            let blob = Verified::new(bundle.read(&layer.file)?, layer.blob.clone());
            let plain = Unpacked::new(blob, layer.compression);
            let mut tar = Verified::new(plain, Expected::tar(id, most));
            let earlier = done
                .iter()
                .find(|(_, done)| done == id)
                .map(|(path, _)| path.clone());
            let path = if store.has_layer(id) {
                store.layer(id)
            } else if let Some(path) = earlier {
                path
            } else {
                let (path, directory) = staged(making, done.len())?;
                left_out.extend(
                    unpack(&mut tar, directory.as_fd(), &below, &mut budget)
                        .with_context(|| format!("layer {id}"))?,
                );
                done.push((path.clone(), id.clone()));
                path
            };
            let plain = tar.verify().with_context(|| format!("layer {id}"))?;
            plain
                .into_inner()
                .verify()
                .with_context(|| format!("blob of layer {id}"))?;
            below.insert(0, path);
        }
    }
    making.sync()?;
    for (path, id) in done {
        making.into_layer(&path, store, &id)?;
    }
    Ok(left_out)
