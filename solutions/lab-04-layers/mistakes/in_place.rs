    let mut left_out = Vec::new();
    let _ = making;
    for image in images {
        let mut below: Vec<PathBuf> = Vec::new();
        for layer in &image.layers {
            let id = &layer.diff_id;
            let blob = Verified::new(bundle.read(&layer.file)?, layer.blob.clone());
            let mut tar = Verified::new(
                Unpacked::new(blob, layer.compression),
                Expected::tar(id, most),
            );
            let path = store.layer(id);
            if !path.exists() {
                fs::create_dir_all(&path)?;
                let directory = open(
                    &path,
                    OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC,
                    Mode::empty(),
                )?;
                left_out.extend(unpack(
                    &mut tar,
                    directory.as_fd(),
                    &below,
                    &mut Budget::of(most),
                )?);
            }
            tar.verify()?.into_inner().verify()?;
            below.push(path);
        }
    }
    Ok(left_out)
