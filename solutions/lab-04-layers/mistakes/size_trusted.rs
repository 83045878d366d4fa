        io::copy(&mut self, &mut io::sink()).context("read to the end")?;
        let digest = self.digester.finish();
        let expected = &self.expected.digest;
        ensure!(
            expected.as_ref().is_none_or(|expected| digest == *expected),
            "another digest"
        );
        Ok(self.input)
