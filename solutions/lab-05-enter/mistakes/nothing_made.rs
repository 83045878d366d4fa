    let _lock = lock(place)?;
    let data = data(place);
    let Some(image) = image else { return Ok(()) };
    if data.exists() {
        return Ok(());
    }
    let new = place.join("new");
    if new.exists() {
        remove_tree(&new)?;
    }
    copy::tree(image, &new, &Whole)?;
    Ok(fs::rename(&new, &data)?)
