        let mut pieces = Vec::new();
        for &byte in read {
            self.pending.push(byte);
            if byte == b'\n' {
                pieces.push(Piece { text: std::mem::take(&mut self.pending), full: true });
            } else if self.pending.len() == LONGEST {
                pieces.push(Piece { text: std::mem::take(&mut self.pending), full: false });
            }
        }
        pieces
