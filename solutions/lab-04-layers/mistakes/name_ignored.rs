    let bytes = bundle.document(&entry.config)?;
    let id = Digest::of(&bytes);
    let config: Config =
        serde_json::from_slice(&bytes).with_context(|| format!("read {:?}", entry.config))?;
    layers_match(entry.layers.len(), &config)?;
    let pairs = entry.layers.iter().zip(&config.rootfs.diff_ids);
    let layers = pairs
        .map(|(file, diff_id)| layer(bundle, file, diff_id.clone()))
        .collect::<Result<_>>()?;
    Ok(Described {
        names: entry.repo_tags.clone().unwrap_or_default(),
        id,
        config,
        layers,
    })
