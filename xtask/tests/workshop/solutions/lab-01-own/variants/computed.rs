    let value = 1.to_string();
    vec![("pid", Box::leak(value.into_boxed_str()))]
