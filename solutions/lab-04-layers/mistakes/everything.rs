        let _ = path;
        true
