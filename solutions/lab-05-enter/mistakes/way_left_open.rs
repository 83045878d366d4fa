    Ok(sys::clone_mount(program.as_fd())?)
