    let _ = channel;
    std::thread::sleep(std::time::Duration::from_millis(50));
    Ok(())
