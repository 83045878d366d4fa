    let there = !matches!(below, Below::Nothing);
    if says == Says::Nothing {
        return None;
    }
    if says == Says::Gone {
        return there.then_some(Kind::Deleted);
    }
    if says == Says::Covers && matches!(below, Below::Directory(_)) {
        return Some(Kind::Added);
    }
    Some(if there { Kind::Changed } else { Kind::Added })
