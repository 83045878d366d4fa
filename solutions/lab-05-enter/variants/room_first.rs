        use std::os::fd::AsRawFd;
        let line = record.to_line();
        if self.size + line.len() as u64 >= self.max_size && self.size != 0 {
            self.rotate()?;
        }
        // SAFETY: integers.
        let rc = unsafe { nix::libc::fallocate(self.file.as_raw_fd(), nix::libc::FALLOC_FL_KEEP_SIZE, self.size as i64, line.len() as i64) };
        if rc != 0 {
            return Err(io::Error::last_os_error());
        }
        let n = self.file.write(&line)?;
        if n < line.len() {
            self.file.set_len(self.size)?;
            return Err(ErrorKind::StorageFull.into());
        }
        self.size += n as u64;
        Ok(())
