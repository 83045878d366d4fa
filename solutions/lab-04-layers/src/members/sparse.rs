//! Files with holes: which pieces of one the archive has. Two forms are in use,
//! GNU's own and that of POSIX's extended headers.

use std::io::BufRead;

use anyhow::{Context, Result, ensure};
use tar::{GnuExtSparseHeader, Header};

use super::{BLOCK, Members};

/// The most pieces a sparse file may be in.
const PIECES: u64 = 1 << 16;

impl<R: BufRead> Members<R> {
    /// The map of a sparse file in GNU's own format: four pieces in the header,
    /// more in blocks behind it.
    pub(super) fn old_map(&mut self, header: &Header) -> Result<(u64, Vec<(u64, u64)>)> {
        let header = header.as_gnu().context("a sparse file of no known form")?;
        let mut pieces = Vec::new();
        let mut more = header.is_extended();
        let mut add = |entries: &[tar::GnuSparseHeader]| -> Result<()> {
            for entry in entries.iter().filter(|entry| !entry.is_empty()) {
                pieces.push((entry.offset()?, entry.length()?));
            }
            ensure!(
                pieces.len() as u64 <= PIECES,
                "a sparse file of more than {PIECES} pieces"
            );
            Ok(())
        };
        add(&header.sparse)?;
        while more {
            let mut extension = GnuExtSparseHeader::new();
            self.fill(extension.as_mut_bytes())?;
            add(extension.sparse())?;
            more = extension.is_extended();
        }
        Ok((
            header.real_size()?,
            self.checked(header.real_size()?, pieces)?,
        ))
    }

    /// The map of a sparse file in the POSIX format: numbers on lines before the
    /// data, filled up to a block.
    pub(super) fn map(&mut self, size: u64) -> Result<(u64, Vec<(u64, u64)>)> {
        let begun = self.data;
        let count = self.map_number()?;
        ensure!(
            count <= PIECES,
            "a sparse file of {count} pieces; {PIECES} are the most"
        );
        let pieces = (0..count)
            .map(|_| Ok((self.map_number()?, self.map_number()?)))
            .collect::<Result<Vec<_>>>()?;
        let padding = (begun - self.data).wrapping_neg() % BLOCK;
        self.copy(padding, std::io::sink())?;
        Ok((size, self.checked(size, pieces)?))
    }

    /// One line of the map.
    fn map_number(&mut self) -> Result<u64> {
        let mut number: u64 = 0;
        loop {
            let mut byte = [0];
            self.copy(1, &mut byte[..])?;
            let digit = match byte[0] {
                b'\n' => return Ok(number),
                byte => char::from(byte).to_digit(10).map(u64::from),
            };
            let larger = |digit| number.checked_mul(10)?.checked_add(digit);
            number = digit.and_then(larger).context("the map of a sparse file")?;
        }
    }

    /// Pieces in order, within the file, and as many bytes as follow.
    fn checked(&self, size: u64, pieces: Vec<(u64, u64)>) -> Result<Vec<(u64, u64)>> {
        let (mut end, mut data) = (0, 0);
        for (offset, length) in &pieces {
            ensure!(*offset >= end, "pieces of a sparse file overlap");
            end = offset
                .checked_add(*length)
                .context("a piece of a sparse file")?;
            // No more than `end`, which has not overflowed.
            data += length;
        }
        ensure!(
            end <= size && data == self.data,
            "the pieces of a sparse file don't make up the file"
        );
        Ok(pieces)
    }
}
