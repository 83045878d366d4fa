        !path.starts_with("/etc")
