    let _ = image;
    let _lock = lock(place)?;
    fs::create_dir_all(data(place)).context("make the volume's directory")
