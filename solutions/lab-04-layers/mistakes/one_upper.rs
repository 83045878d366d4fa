    chdir(room).during("chdir", room.display())?;
    for name in ["../../upper", "../../work"] {
        std::fs::create_dir_all(name).during("make", name)?;
    }
    let topmost_first: Vec<&str> = layers.iter().rev().map(String::as_str).collect();
    let options = format!(
        "lowerdir={},upperdir=../../upper,workdir=../../work,{}",
        topmost_first.join(":"),
        extra()
    );
    mount(Some("overlay"), "merged", Some("overlay"), MsFlags::empty(), Some(options.as_str()))
        .during("mount the overlay", room.display())
