        !["etc/hostname", "etc/hosts", "etc/resolv.conf"]
            .iter()
            .any(|file| path.ends_with(file))
