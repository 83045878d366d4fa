//! What comes from outside and says of itself what it is: read, counted and
//! hashed on the way, and believed at the end.
//!
//! ```text
//! file ─▶ Verified ─▶ Unpacked ─▶ Verified ─▶ tar
//!         blob's size             DiffID
//!         and digest
//! ```

use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::ops::RangeInclusive;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use flate2::bufread::MultiGzDecoder;

use crate::digest::{Digest, Digester};
use crate::image::Descriptor;

/// Bytes that are read at once: few system calls, and still in the cache when
/// they are hashed and written.
pub const BUFFER: usize = 256 << 10;

/// What was said of a stream before it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// None where nobody said one.
    pub digest: Option<Digest>,
    /// Bytes. Reading fails as soon as there are more.
    pub size: RangeInclusive<u64>,
}

impl Expected {
    /// Exactly what a descriptor says.
    pub fn of(descriptor: &Descriptor) -> Expected {
        Expected {
            digest: Some(descriptor.digest.clone()),
            size: descriptor.size..=descriptor.size,
        }
    }

    /// A layer after it was unpacked, of at most so many bytes.
    pub fn tar(diff_id: &Digest, most: u64) -> Expected {
        Expected {
            digest: Some(diff_id.clone()),
            size: 0..=most,
        }
    }
}

/// A stream that is counted and hashed while somebody reads it. What was read is
/// worth nothing until [`Verified::verify`] has said so.
#[derive(Debug)]
pub struct Verified<R> {
    input: R,
    expected: Expected,
    digester: Digester,
    count: u64,
}

impl<R: Read> Verified<R> {
    pub fn new(input: R, expected: Expected) -> Verified<R> {
        Verified {
            input,
            expected,
            digester: Digester::new(),
            count: 0,
        }
    }

    /// Reads what is left, and compares size and digest with what was expected.
    /// Gives back the stream below.
    ///
    /// # Errors
    /// The stream is another one, or can't be read.
    pub fn verify(mut self) -> Result<R> {
        // ANCHOR: verify
        todo!(
            "Read what is left, and compare size and digest with what was expected. (chapter: task-8-believed-at-the-end)"
        )
        // ANCHOR_END: verify
    }
}

impl<R: Read> Read for Verified<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(bytes)?;
        self.digester.write_all(&bytes[..count])?;
        self.count += count as u64;
        let most = *self.expected.size.end();
        if self.count > most {
            let message = format!("it has more than {most} bytes");
            return Err(io::Error::new(ErrorKind::InvalidData, message));
        }
        Ok(count)
    }
}

/// How a layer is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    None,
    Gzip,
}

/// A layer's stream, unpacked.
pub enum Unpacked<R> {
    Plain(R),
    Gzip(Box<MultiGzDecoder<BufReader<R>>>),
}

impl<R: Read> Unpacked<R> {
    pub fn new(input: R, compression: Compression) -> Unpacked<R> {
        match compression {
            Compression::None => Unpacked::Plain(input),
            Compression::Gzip => {
                let buffered = BufReader::with_capacity(BUFFER, input);
                Unpacked::Gzip(Box::new(MultiGzDecoder::new(buffered)))
            }
        }
    }

    /// The stream below.
    pub fn into_inner(self) -> R {
        match self {
            Unpacked::Plain(input) => input,
            Unpacked::Gzip(decoder) => decoder.into_inner().into_inner(),
        }
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        match self {
            Unpacked::Plain(input) => input.read(bytes),
            Unpacked::Gzip(decoder) => decoder.read(bytes),
        }
    }
}

/// Tells by the first two bytes whether a stream is gzip (RFC 1952, 2.3.1).
///
/// # Errors
/// It can't be read.
pub fn sniff(input: &mut impl BufRead) -> io::Result<Compression> {
    let begins = input.fill_buf()?;
    Ok(match begins {
        [0x1f, 0x8b, ..] => Compression::Gzip,
        _ => Compression::None,
    })
}

/// Reads a file as a layer's blob is read: its beginning, to tell how it is
/// packed, and then as much as somebody wants. Here nobody wants more.
///
/// # Errors
/// It isn't what was expected, or can't be read.
pub fn check(path: &Path, expected: Expected) -> Result<Compression> {
    let mut begin = BufReader::new(Verified::new(File::open(path)?, expected));
    let compression = sniff(&mut begin)?;
    begin.into_inner().verify()?;
    Ok(compression)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expected(bytes: &[u8]) -> Expected {
        let size = bytes.len() as u64;
        Expected {
            digest: Some(Digest::of(bytes)),
            size: size..=size,
        }
    }

    #[test]
    fn what_was_not_read_is_verified_too() {
        let whole = b"the beginning, and the end";
        let read = |bytes: &[u8]| -> Result<()> {
            let mut verified = Verified::new(bytes, expected(whole));
            verified.read_exact(&mut [0; 9])?;
            verified.verify().map(drop)
        };
        assert!(read(whole).is_ok());
        for (bytes, reason) in [
            (&b"the beginning, and the END"[..], "digest"),
            (b"the beginning, and the en", "25 bytes"),
            (b"the beginning, and the end.", "more than 26"),
        ] {
            let error = format!("{:#}", read(bytes).expect_err(reason));
            assert!(error.contains(reason), "{error}");
        }
    }
}
