        let digest = self.digester.finish();
        if let Some(expected) = &self.expected.digest {
            ensure!(digest == *expected, "another digest");
        }
        ensure!(
            self.expected.size.contains(&self.count),
            "another size: {}",
            self.count
        );
        Ok(self.input)
