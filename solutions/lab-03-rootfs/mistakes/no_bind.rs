    let _ = root;
    Ok(())
