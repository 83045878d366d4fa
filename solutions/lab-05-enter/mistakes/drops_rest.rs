        let mut pieces = Vec::new();
        for line in read.split_inclusive(|byte| *byte == b'\n') {
            let full = line.ends_with(b"\n");
            let text = line.strip_suffix(b"\n").unwrap_or(line);
            if full && text.len() <= LONGEST {
                let text = text.to_vec();
                pieces.push(Piece { text, full });
            }
        }
        pieces
