        let Some(directory) = &self.v2 else {
            return Ok(None);
        };
        let flags = OFlag::O_RDWR | OFlag::O_CLOEXEC;
        open(directory, flags, Mode::empty())
            .map(Some)
            .during("open", directory.display())
