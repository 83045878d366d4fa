        io::copy(&mut self, &mut io::sink()).context("read to the end")?;
        ensure!(self.expected.size.contains(&self.count), "another size");
        let digest = self.digester.finish();
        ensure!(Some(digest) == self.expected.digest, "another digest");
        Ok(self.input)
