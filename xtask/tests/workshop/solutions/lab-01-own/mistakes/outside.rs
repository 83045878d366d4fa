    vec![("name", "asked"), ("host", "changed")]
