    let manifest: Manifest = bundle.json(start)?;
    let config: Config = bundle.json(&manifest.config)?;
    layers_match(manifest.layers.len(), &config)?;
    let pairs = manifest.layers.iter().zip(&config.rootfs.diff_ids);
    let layers = pairs
        .map(|(blob, diff_id)| layer(blob, diff_id.clone()))
        .collect::<Result<_>>()?;
    Ok(Described {
        names: Vec::new(),
        id: manifest.config.digest,
        config,
        layers,
    })
