        let text = read.strip_suffix(b"\n").unwrap_or(read);
        let mut pieces = Vec::new();
        for line in text.split(|byte| *byte == b'\n') {
            let mut rest = line;
            while rest.len() >= LONGEST {
                let (text, more) = rest.split_at(LONGEST);
                let text = text.to_vec();
                pieces.push(Piece { text, full: false });
                rest = more;
            }
            let text = rest.to_vec();
            pieces.push(Piece { text, full: true });
        }
        pieces
