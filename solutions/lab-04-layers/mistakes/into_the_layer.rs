    chdir(room).during("chdir", room.display())?;
    // The topmost layer of the image, and all but that one below it.
    let (top, rest) = (&layers[layers.len() - 2], &layers[..layers.len() - 2]);
    let mut below: Vec<&str> = rest.iter().rev().map(String::as_str).collect();
    below.push(&layers[layers.len() - 1]);
    let options = format!(
        "lowerdir={},upperdir={top},workdir=work,{}",
        below.join(":"),
        extra()
    );
    mount(Some("overlay"), "merged", Some("overlay"), MsFlags::empty(), Some(options.as_str()))
        .during("mount the overlay", room.display())
