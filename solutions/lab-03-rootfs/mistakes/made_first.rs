    let place = place::file(root, path)?;
    let none = None::<&str>;
    mount(Some("/dev/null"), &place.path(), none, MsFlags::MS_BIND, none)
        .during("cover", path.display())
