    if data(place).exists() {
        return Ok(());
    }
    let new = place.join("new");
    remove_tree(&new)?;
    match image.filter(|path| path.is_dir()) {
        Some(image) => copy::tree(image, &new, &Whole)?,
        None => fs::create_dir(&new).context("make the volume's directory")?,
    }
    fs::rename(&new, data(place)).context("put the volume's files in place")
