        let line = record.to_line();
        if self.size > 0 && self.size + line.len() as u64 > self.max_size {
            self.rotate()?;
        }
        if let Err(error) = self.file.write_all(&line) {
            // A part may have had room; whoever reads must not find it.
            self.file.set_len(self.size)?;
            let _ = error;
            return Ok(());
        }
        self.size += line.len() as u64;
        Ok(())
