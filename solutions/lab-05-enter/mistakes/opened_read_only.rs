    let path = format!("/proc/self/fd/{}", program.as_raw_fd());
    Ok(File::open(path)?.into())
