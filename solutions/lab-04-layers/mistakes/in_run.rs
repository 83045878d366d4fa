    chdir(room).during("chdir", room.display())?;
    let name = room.file_name().unwrap_or_default().to_string_lossy();
    let (upper, work) = (format!("/run/upper-{name}"), format!("/run/work-{name}"));
    for dir in [&upper, &work] {
        std::fs::create_dir_all(dir).during("make", dir)?;
    }
    let topmost_first: Vec<&str> = layers.iter().rev().map(String::as_str).collect();
    let options = format!(
        "lowerdir={},upperdir={upper},workdir={work},{}",
        topmost_first.join(":"),
        extra()
    );
    mount(Some("overlay"), "merged", Some("overlay"), MsFlags::empty(), Some(options.as_str()))
        .during("mount the overlay", room.display())
