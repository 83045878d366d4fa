        init_layer::is_ours(path)
