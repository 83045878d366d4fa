    let Some(place) = place::existing(root, path)? else {
        return Ok(());
    };
    let none = None::<&str>;
    mount(Some("/dev/null"), &place.path(), none, MsFlags::MS_BIND, none)
        .during("cover", path.display())
