    let Some(directory) = self.v2.as_deref().and_then(Path::parent) else {
        return Ok(None);
    };
    let flags = OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
    open(directory, flags, Mode::empty())
        .map(Some)
        .during("open", directory.display())
