    let at = |name: &str| room.join(name).display().to_string();
    let topmost_first: Vec<String> = layers.iter().rev().map(|name| at(name)).collect();
    let options = format!(
        "upperdir={},workdir={},lowerdir={},{}",
        at("upper"),
        at("work"),
        topmost_first.join(":"),
        extra()
    );
    let flags = MsFlags::MS_NODEV;
    mount(Some("layers"), &room.join("merged"), Some("overlay"), flags, Some(options.as_str()))
        .during("mount the overlay", room.display())
