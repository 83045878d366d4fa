    let mut current = start.clone();
    for _ in 0..INDEXES {
        if !is_index(&current)? {
            let manifest: Manifest = bundle.json(&current)?;
            let config: Config = bundle.json(&manifest.config)?;
            layers_match(manifest.layers.len(), &config)?;
            let mut layers = Vec::new();
            for (number, blob) in manifest.layers.iter().enumerate() {
                layers.push(layer(blob, config.rootfs.diff_ids[number].clone())?);
            }
            return Ok(Described {
                names: Vec::new(),
                id: manifest.config.digest,
                config,
                layers,
            });
        }
        let index: Index =
            serde_json::from_slice(&bundle.document(&blob_name(&current))?).context("read")?;
        current = index
            .manifests
            .into_iter()
            .find(|manifest| fits(manifest.platform.as_ref()))
            .with_context(|| format!("{}: no image for this machine", current.digest))?;
    }
    bail!("more than {INDEXES} indexes in each other")
