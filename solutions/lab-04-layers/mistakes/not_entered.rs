    let _ = room;
    let mut lower = String::new();
    for layer in layers.iter().rev() {
        if !lower.is_empty() {
            lower.push(':');
        }
        lower.push_str(layer);
    }
    let data = format!("{},workdir=work,upperdir=upper,lowerdir={lower}", extra());
    mount(
        Some("box"),
        "merged",
        Some("overlay"),
        MsFlags::MS_NODEV,
        Some(data.as_str()),
    )
    .during("mount", "merged")
