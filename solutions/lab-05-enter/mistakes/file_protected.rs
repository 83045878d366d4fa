    set_read_only(program.as_fd(), false)?;
    Ok(program.into())
