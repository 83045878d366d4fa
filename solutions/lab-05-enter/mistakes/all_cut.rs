        let line = record.to_line();
        if self.size + line.len() as u64 > self.max_size {
            self.rotate()?;
        }
        if let Err(error) = self.file.write_all(&line) {
            self.file.set_len(0)?;
            self.size = 0;
            return Err(error);
        }
        self.size += line.len() as u64;
        Ok(())
