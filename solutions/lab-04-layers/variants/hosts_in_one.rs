    let hosts =
        format!("127.0.0.1\tlocalhost {hostname}\n::1\tlocalhost ip6-localhost {hostname}\n");
    file(&etc.join("resolv.conf"), resolv_conf)?;
    file(&etc.join("hosts"), &hosts)?;
    let path = etc.join("hostname");
    fs::write(&path, hostname.to_owned() + "\n").during("write", path.display())?;
    fs::set_permissions(&path, Permissions::from_mode(0o444)).during("chmod", path.display())
