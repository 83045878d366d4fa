        io::copy(&mut self, &mut io::sink()).context("read to the end")?;
        ensure!(
            self.expected.size.contains(&self.count),
            "it has {} bytes",
            self.count
        );
        let digest = self.digester.finish();
        if let Some(expected) = &self.expected.digest {
            ensure!(digest.hex()[56..] == expected.hex()[56..], "its digest is {digest}");
        }
        Ok(self.input)
