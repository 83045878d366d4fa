    target.signal(signal)?;
    target.thaw()?;
    std::thread::sleep(grace);
    let by_itself = target.ends_within(Duration::ZERO)?;
    if !by_itself {
        target.kill().context("stop it by SIGKILL")?;
    }
    Ok(by_itself)
