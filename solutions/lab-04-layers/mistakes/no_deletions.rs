    match (says, below) {
        (Says::Nothing, _) | (Says::Gone, Below::Nothing) => None,
        (_, Below::Nothing) => Some(Kind::Added),
        (_, _) => Some(Kind::Changed),
    }
