    file(&etc.join("hostname"), &format!("{hostname}\n"))?;
    file(&etc.join("hosts"), "127.0.0.1 localhost\n::1 localhost\n")?;
    file(&etc.join("resolv.conf"), resolv_conf)
