    let _ = lock(place)?;
    let data = data(place);
    if data.exists() {
        return Ok(());
    }
    let new = place.join("new");
    if new.exists() {
        remove_tree(&new)?;
    }
    match image {
        Some(image) if image.is_dir() => copy::tree(image, &new, &Whole)?,
        _ => fs::create_dir(&new)?,
    }
    Ok(fs::rename(&new, &data)?)
