    let place = match source.is_dir() {
        true => place::directory(root, target)?,
        false => place::file(root, target)?,
    };
    let (from, to) = (source.display(), place.path());
    let script = match source.is_dir() {
        true => format!("cp -r {from}/. {}/", to.display()),
        false => format!("cat {from} > {}", to.display()),
    };
    let mut copy = std::process::Command::new("/bin/sh");
    copy.args(["-c", &script]);
    copy.status().during("copy", source.display())?;
    Ok(())
