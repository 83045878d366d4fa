        let mut pieces = Vec::new();
        for line in read.split_inclusive(|byte| *byte == b'\n') {
            let Some(text) = line.strip_suffix(b"\n") else {
                continue;
            };
            let text = text.to_vec();
            pieces.push(Piece { text, full: true });
        }
        pieces
