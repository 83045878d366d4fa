    file(&etc.join("hostname"), &format!("{hostname}\n"))?;
    file(&etc.join("hosts"), &format!("127.0.1.1 {hostname}\n"))?;
    file(&etc.join("resolv.conf"), resolv_conf)
