        let mut pieces = Vec::new();
        for &byte in read {
            if byte == b'\n' {
                let text = std::mem::take(&mut self.pending).trim_ascii_end().to_vec();
                pieces.push(Piece { text, full: true });
            } else {
                self.pending.push(byte);
                if self.pending.len() == LONGEST {
                    pieces.push(Piece { text: std::mem::take(&mut self.pending), full: false });
                }
            }
        }
        pieces
