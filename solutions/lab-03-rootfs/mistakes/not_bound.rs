    let Some(place) = place::existing(root, path)? else {
        return Ok(());
    };
    let _ = sys::set_read_only(place.as_fd(), true);
    Ok(())
