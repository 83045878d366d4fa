    let mut here = start.clone();
    let mut indexes = 0;
    while is_index(&here)? {
        indexes += 1;
        ensure!(indexes <= INDEXES, "more than {INDEXES} indexes on one way");
        let index: Index = bundle.json(&here)?;
        let ours = |descriptor: &&Descriptor| fits(descriptor.platform.as_ref());
        let next = index.manifests.iter().find(ours).cloned();
        here = next.with_context(|| {
            let digest = &here.digest;
            format!(
                "index {digest}: no image for this machine{}",
                others(&index)
            )
        })?;
    }
    let manifest: Manifest = bundle.json(&here)?;
    let config: Config = bundle.json(&manifest.config)?;
    layers_match(manifest.layers.len(), &config)?;
    let pairs = manifest.layers.iter().zip(&config.rootfs.diff_ids);
    let layers = pairs
        .map(|(blob, diff_id)| layer(blob, diff_id.clone()))
        .collect::<Result<_>>()?;
    Ok(Described {
        names: Vec::new(),
        id: here.digest,
        config,
        layers,
    })
