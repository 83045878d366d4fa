        io::copy(&mut self, &mut io::sink())?;
        assert!(self.expected.size.contains(&self.count));
        if let Some(expected) = &self.expected.digest {
            assert_eq!(*expected, self.digester.finish());
        }
        Ok(self.input)
