        io::copy(&mut self, &mut io::sink()).context("read to the end")?;
        ensure!(
            self.expected.size.contains(&self.count),
            "it has {} bytes",
            self.count
        );
        Ok(self.input)
