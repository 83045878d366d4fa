//! A stream cut into lines.

use super::Piece;

/// The longest text of a piece in bytes: with its head it is written by one
/// write(2), and somebody who reads along never needs more memory.
pub const LONGEST: usize = 16 * 1024;

/// Cuts one stream. What is read from a pipe ends anywhere: in the middle of a
/// line, or of a character.
#[derive(Debug, Default)]
pub struct Lines {
    /// The beginning of a line whose end hasn't been read yet; shorter than
    /// [`LONGEST`].
    pending: Vec<u8>,
}

impl Lines {
    /// Takes what was read, and returns the pieces that are complete: each line
    /// that has ended, and of a longer one every [`LONGEST`] bytes. The rest
    /// waits for what is read next.
    pub fn push(&mut self, read: &[u8]) -> Vec<Piece> {
        // ANCHOR: lines
        todo!(
            "Cut what was read into lines, wherever the read has ended. (chapter: task-4-lines-out-of-a-pipe)"
        )
        // ANCHOR_END: lines
    }

    /// The stream has ended: what is left, a line without its end.
    pub fn finish(&mut self) -> Option<Piece> {
        let text = std::mem::take(&mut self.pending);
        (!text.is_empty()).then_some(Piece { text, full: false })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever the cuts, the pieces together are what was written.
    #[test]
    fn nothing_is_lost_wherever_a_read_ends() {
        let long = "x".repeat(2 * LONGEST + 7);
        let text = format!("one\n\n{long}\ntwo\u{e9}\nlast");
        for size in [1, 2, 3, 1000, LONGEST, LONGEST + 1, text.len()] {
            let mut lines = Lines::default();
            let mut pieces: Vec<Piece> = Vec::new();
            for read in text.as_bytes().chunks(size) {
                pieces.extend(lines.push(read));
            }
            pieces.extend(lines.finish());
            let mut whole = Vec::new();
            for piece in &pieces {
                assert!(piece.text.len() <= LONGEST);
                whole.extend(&piece.text);
                whole.extend(piece.full.then_some(b'\n'));
            }
            assert!(whole == text.as_bytes(), "cut every {size} bytes");
            let full = pieces.iter().filter(|piece| piece.full).count();
            assert_eq!((full, pieces.len()), (4, 7), "cut every {size} bytes");
        }
    }
}
