        let mut pieces = Vec::new();
        for byte in read {
            if *byte == b'\n' {
                let text = std::mem::take(&mut self.pending);
                pieces.push(Piece { text, full: true });
            } else {
                self.pending.push(*byte);
            }
        }
        pieces
