        let mut rest = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            match self.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => rest.push(count),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error).context("read to the end"),
            }
        }
        if self.count < *self.expected.size.start() {
            anyhow::bail!(
                "it has {} bytes, expected {}",
                self.count,
                self.expected.size.end()
            );
        }
        let digest = self.digester.finish();
        match &self.expected.digest {
            Some(expected) if *expected != digest => {
                anyhow::bail!("the digest is {digest}, expected {expected}")
            }
            _ => Ok(self.input),
        }
