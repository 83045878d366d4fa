        let mut pieces = Vec::new();
        for byte in read {
            if *byte == b'\n' {
                let text = std::mem::take(&mut self.pending);
                if !text.is_empty() {
                    pieces.push(Piece { text, full: true });
                }
                continue;
            }
            self.pending.push(*byte);
            if self.pending.len() == LONGEST {
                let text = std::mem::take(&mut self.pending);
                pieces.push(Piece { text, full: false });
            }
        }
        pieces
