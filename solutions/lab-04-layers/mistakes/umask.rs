    let hosts = format!("127.0.0.1 localhost\n::1 localhost\n127.0.1.1 {hostname}\n");
    fs::write(etc.join("hostname"), format!("{hostname}\n")).during("write", "hostname")?;
    fs::write(etc.join("hosts"), hosts).during("write", "hosts")?;
    fs::write(etc.join("resolv.conf"), resolv_conf).during("write", "resolv.conf")
