    let _ = channel;
    std::thread::sleep(std::time::Duration::from_secs(1));
    Ok(())
