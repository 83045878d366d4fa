    chdir(room).during("chdir", room.display())?;
    let topmost_first: Vec<&str> = layers.iter().rev().map(String::as_str).collect();
    let options = format!(
        "lowerdir={},upperdir=upper,workdir=work,{}",
        topmost_first.join(":"),
        extra()
    );
    let _ = mount(
        Some("overlay"),
        "merged",
        Some("overlay"),
        MsFlags::empty(),
        Some(options.as_str()),
    );
    Ok(())
