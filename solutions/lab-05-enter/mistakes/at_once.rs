    let _ = (signal, grace);
    target.kill().context("stop it by SIGKILL")?;
    Ok(false)
