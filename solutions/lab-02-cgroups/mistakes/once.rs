    let _ = deadline;
    kill_all(group)?;
    remove_empty(group)
