        !init_layer::FILES
            .iter()
            .any(|file| path.ends_with(file.trim_start_matches('/')))
