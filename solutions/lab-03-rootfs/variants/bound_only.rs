    bind_from_host(root, &Path::new("/dev").join(device.name))
