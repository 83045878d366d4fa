    let place = if source.is_file() { place::file(root, target)? } else { place::directory(root, target)? };
    mount(Some(source), &place.path(), None::<&str>, MsFlags::MS_BIND | MsFlags::MS_REC, None::<&str>).during("bind", source.display())
