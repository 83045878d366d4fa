    chdir(room).during("chdir", room.display())?;
    // The init layer is the last, and the image's topmost lies below it.
    let two: Vec<&str> = layers.iter().rev().take(2).map(String::as_str).collect();
    let options = format!(
        "lowerdir={},upperdir=upper,workdir=work,{}",
        two.join(":"),
        extra()
    );
    mount(Some("overlay"), "merged", Some("overlay"), MsFlags::empty(), Some(options.as_str()))
        .during("mount the overlay", room.display())
