    target.signal(signal)?;
    target.thaw()?;
    if !target.ends_within(grace)? {
        target.kill()?;
    }
    Ok(true)
