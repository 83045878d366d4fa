        !init_layer::FILES
            .iter()
            .any(|file| path.as_os_str().as_bytes().starts_with(file.as_bytes()))
