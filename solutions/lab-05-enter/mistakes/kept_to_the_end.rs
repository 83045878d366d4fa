        let mut pieces = Vec::new();
        for &byte in read {
            if byte == b'\n' {
                let text = std::mem::take(&mut self.pending);
                let count = text.chunks(LONGEST).count().max(1);
                if text.is_empty() {
                    pieces.push(Piece { text, full: true });
                    continue;
                }
                for (i, t) in text.chunks(LONGEST).enumerate() {
                    pieces.push(Piece { text: t.to_vec(), full: i + 1 == count });
                }
            } else {
                self.pending.push(byte);
            }
        }
        pieces
