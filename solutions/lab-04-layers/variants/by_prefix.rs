        let name = name.to_string_lossy();
        let own = ["trusted.overlay.", "user.overlay."];
        match own.iter().find_map(|prefix| name.strip_prefix(prefix)) {
            Some(rest) => rest == "opaque",
            None => true,
        }
