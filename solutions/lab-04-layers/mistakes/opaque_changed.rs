    let there = !matches!(below, Below::Nothing);
    if says == Says::Opaque {
        return Some(Kind::Changed);
    }
    if says == Says::Nothing {
        return None;
    }
    if says == Says::Gone {
        return there.then_some(Kind::Deleted);
    }
    Some(if there { Kind::Changed } else { Kind::Added })
