    target.signal(signal)?;
    target.thaw()?;
    Ok(target.ends_within(grace)?)
