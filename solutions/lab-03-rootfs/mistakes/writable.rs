    let Some(place) = place::existing(root, path)? else {
        return Ok(());
    };
    let none = None::<&str>;
    let mounted = if place.is_directory()? {
        mount(Some("tmpfs"), &place.path(), Some("tmpfs"), MsFlags::empty(), none)
    } else {
        mount(Some("/dev/null"), &place.path(), none, MsFlags::MS_BIND, none)
    };
    mounted.during("cover", path.display())
