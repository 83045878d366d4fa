    Ok(None)
