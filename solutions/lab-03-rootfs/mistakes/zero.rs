    let Some(place) = place::existing(root, path)? else {
        return Ok(());
    };
    let none = None::<&str>;
    let mounted = if place.is_directory()? {
        mount(Some("tmpfs"), &place.path(), Some("tmpfs"), MsFlags::MS_RDONLY, none)
    } else {
        mount(Some("/dev/zero"), &place.path(), none, MsFlags::MS_BIND, none)
    };
    mounted.during("cover", path.display())
