        let line = record.to_line();
        if let Err(error) = self.file.write_all(&line) {
            self.file.set_len(self.size)?;
            return Err(error);
        }
        self.size += line.len() as u64;
        Ok(())
