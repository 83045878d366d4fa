    target.signal(signal)?;
    target.thaw()?;
    let runs_on = !target.ends_within(grace)?;
    if runs_on {
        target.kill()?;
    }
    Ok(runs_on)
