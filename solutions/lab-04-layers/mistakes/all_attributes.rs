        let _ = name;
        true
