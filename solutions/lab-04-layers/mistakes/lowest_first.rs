    chdir(room).during("chdir", room.display())?;
    let options = format!(
        "lowerdir={},upperdir=upper,workdir=work,{}",
        layers.join(":"),
        extra()
    );
    mount(Some("overlay"), "merged", Some("overlay"), MsFlags::empty(), Some(options.as_str()))
        .during("mount the overlay", room.display())
