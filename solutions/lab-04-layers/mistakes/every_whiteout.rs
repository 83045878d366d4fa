    match (says, below) {
        (Says::Nothing, _) => None,
        (Says::Gone, _) => Some(Kind::Deleted),
        (_, Below::Nothing) => Some(Kind::Added),
        (_, _) => Some(Kind::Changed),
    }
