        let line = record.to_line();
        if self.size + line.len() as u64 > self.max_size || self.file.write_all(&line).is_err() {
            self.file.set_len(self.size)?;
            self.rotate()?;
            self.file.write_all(&line)?;
        }
        self.size += line.len() as u64;
        Ok(())
