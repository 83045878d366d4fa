    let _ = below;
    match says {
        Says::Nothing => None,
        Says::Gone => Some(Kind::Deleted),
        _ => Some(Kind::Added),
    }
