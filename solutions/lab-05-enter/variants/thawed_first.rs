    target.thaw()?;
    target.signal(signal)?;
    let deadline = std::time::Instant::now() + grace;
    while std::time::Instant::now() < deadline {
        if target.ends_within(Duration::from_millis(20))? {
            return Ok(true);
        }
    }
    target.kill()?;
    Ok(false)
