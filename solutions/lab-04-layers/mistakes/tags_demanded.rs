    let bytes = bundle.document(&entry.config)?;
    let id = Digest::of(&bytes);
    named_so(&entry.config, &id)?;
    let config: Config =
        serde_json::from_slice(&bytes).with_context(|| format!("read {:?}", entry.config))?;
    layers_match(entry.layers.len(), &config)?;
    let mut layers = vec![];
    for number in 0..entry.layers.len() {
        let diff_id = config.rootfs.diff_ids[number].clone();
        layers.push(layer(bundle, &entry.layers[number], diff_id)?);
    }
    let names = match &entry.repo_tags {
        Some(tags) => tags.to_vec(),
        None => anyhow::bail!("it has no tag"),
    };
    Ok(Described {
        names,
        id,
        config,
        layers,
    })
