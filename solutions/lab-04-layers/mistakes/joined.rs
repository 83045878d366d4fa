    let texts = [
        format!("{hostname}\n"),
        format!("127.0.0.1 localhost\n127.0.1.1 {hostname}\n"),
        resolv_conf.to_owned(),
    ];
    for (path, text) in FILES.iter().zip(texts) {
        file(&etc.join(path), &text)?;
    }
    Ok(())
