        let ours = ["hostname", "hosts", "resolv.conf"];
        !path
            .file_name()
            .is_some_and(|name| ours.iter().any(|our| name == *our))
