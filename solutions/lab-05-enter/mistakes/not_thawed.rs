    target.signal(signal)?;
    let by_itself = target.ends_within(grace)?;
    if !by_itself {
        target.kill().context("stop it by SIGKILL")?;
    }
    Ok(by_itself)
