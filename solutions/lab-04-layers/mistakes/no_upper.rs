    chdir(room).during("chdir", room.display())?;
    let topmost_first: Vec<&str> = layers.iter().rev().map(String::as_str).collect();
    let options = format!("lowerdir={},{}", topmost_first.join(":"), extra());
    mount(Some("overlay"), "merged", Some("overlay"), MsFlags::empty(), Some(options.as_str()))
        .during("mount the overlay", room.display())
