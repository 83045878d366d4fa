        let mut buffer = vec![0; 1 << 16];
        while self.read(&mut buffer)? > 0 {}
        let digest = self.digester.finish();
        match &self.expected.digest {
            Some(expected) if *expected != digest => anyhow::bail!("another digest: {digest}"),
            _ => {}
        }
        if self.count < *self.expected.size.start() || self.count > *self.expected.size.end() {
            anyhow::bail!("another size: {}", self.count);
        }
        Ok(self.input)
