    chdir(room).during("chdir", room.display())?;
    let work = std::env::temp_dir().join("../run/work");
    std::fs::create_dir_all(&work).during("make", work.display())?;
    let topmost_first: Vec<&str> = layers.iter().rev().map(String::as_str).collect();
    let options = format!(
        "lowerdir={},upperdir=upper,workdir={},{}",
        topmost_first.join(":"),
        work.display(),
        extra()
    );
    mount(Some("overlay"), "merged", Some("overlay"), MsFlags::empty(), Some(options.as_str()))
        .during("mount the overlay", room.display())
