        let mut pieces = Vec::new();
        let mut rest = read;
        while !rest.is_empty() {
            let room = LONGEST - self.pending.len();
            let within = &rest[..rest.len().min(room)];
            let end = within.iter().position(|byte| *byte == b'\n');
            self.pending
                .extend(&within[..end.unwrap_or(within.len())]);
            rest = &rest[end.map_or(within.len(), |at| at + 1)..];
            if end.is_some() || self.pending.len() == LONGEST {
                let text = std::mem::take(&mut self.pending);
                let full = end.is_some();
                pieces.push(Piece { text, full });
            }
        }
        pieces
