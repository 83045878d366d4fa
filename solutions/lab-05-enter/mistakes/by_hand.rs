    fn copied(from: &Path, to: &Path) -> Result<()> {
        fs::create_dir(to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            let to = to.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                copied(&entry.path(), &to)?;
            } else if entry.file_type()?.is_symlink() {
                std::os::unix::fs::symlink(fs::read_link(entry.path())?, to)?;
            } else {
                fs::copy(entry.path(), to)?;
            }
        }
        Ok(())
    }
    let _lock = lock(place)?;
    let data = data(place);
    if data.exists() {
        return Ok(());
    }
    let new = place.join("new");
    if new.exists() {
        remove_tree(&new)?;
    }
    match image {
        Some(image) if image.is_dir() => copied(image, &new)?,
        _ => fs::create_dir(&new)?,
    }
    Ok(fs::rename(&new, &data)?)
