    let _lock = lock(place)?;
    if data(place).exists() {
        return Ok(());
    }
    let new = data(place);
    let made: Result<()> = match image.filter(|path| path.is_dir()) {
        Some(image) => copy::tree(image, &new, &Whole),
        None => fs::create_dir(&new).context("make the volume's directory"),
    };
    made
