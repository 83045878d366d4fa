//! The members of a tar stream, one after the other (tar(5)).
//!
//! ```text
//! [extended header] header data… padding │ header data… padding │ 0…0 0…0
//! └──────────────── a member ──────────┘
//! ```
//!
//! Headers are the `tar` crate's; the walk is our own. It holds what comes before
//! a member in memory up to [`EXTENSION`] and no further: a name of four
//! gigabytes of zeros is a few megabytes of gzip.

mod sparse;

use std::io::{BufRead, ErrorKind, Write};
use std::mem;

use anyhow::{Context, Result, bail, ensure};
use nix::sys::time::TimeSpec;
use tar::{EntryType, Header};

use crate::pax::Extended;

/// The unit of the format.
const BLOCK: u64 = 512;

/// The most bytes an extended header or a long name may have.
const EXTENSION: u64 = 1 << 20;

/// What a member is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    File,
    Directory,
    Symlink { target: Vec<u8> },
    HardLink { target: Vec<u8> },
    Fifo,
    CharDevice { major: u32, minor: u32 },
    BlockDevice { major: u32, minor: u32 },
}

/// One member, as the archive says it is. Nothing of it has been believed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub name: Vec<u8>,
    pub kind: Kind,
    /// Permissions with the set-id and sticky bits.
    pub mode: u32,
    pub uid: u32,
    pub gid: u32,
    pub mtime: TimeSpec,
    pub xattrs: Vec<(String, Vec<u8>)>,
    /// Bytes of the file, holes among them.
    pub size: u64,
    /// Where the data belongs: offset and length each, in order. One piece,
    /// unless the file has holes.
    pub pieces: Vec<(u64, u64)>,
}

impl Member {
    /// The name for a message: nothing in it reaches a terminal as it is.
    pub fn shown(&self) -> String {
        shown(&self.name)
    }
}

/// Bytes somebody else chose, in quotes, for a message.
pub fn shown(bytes: &[u8]) -> String {
    format!("{:?}", String::from_utf8_lossy(bytes))
}

/// A tar stream.
#[derive(Debug)]
pub struct Members<R> {
    input: R,
    /// Bytes read so far.
    position: u64,
    /// Of the last member: data that wasn't read, and the padding behind it.
    data: u64,
    padding: u64,
}

impl<R: BufRead> Members<R> {
    pub fn new(input: R) -> Members<R> {
        Members {
            input,
            position: 0,
            data: 0,
            padding: 0,
        }
    }

    /// Where in the stream we are: behind [`Members::advance`], where the member's
    /// data begins.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The next member, or `None` at the end. What is left of the one before is
    /// passed over.
    ///
    /// # Errors
    /// The stream can't be read, ends within a member, or is no tar.
    pub fn advance(&mut self) -> Result<Option<Member>> {
        let mut extended = Extended::default();
        loop {
            self.skip()?;
            let at = self.position;
            let Some(header) = self.header().with_context(|| format!("at byte {at}"))? else {
                return Ok(None);
            };
            let kind = header.entry_type();
            let name = |extended: &Extended| match &extended.path {
                Some(path) => path.clone(),
                None => header.path_bytes().into_owned(),
            };
            self.data = match extended.size {
                Some(size) if !is_extension(kind) => size,
                _ => header.entry_size()?,
            };
            self.padding = self.data.wrapping_neg() % BLOCK;
            match kind {
                EntryType::XHeader => extended = Extended::read(&self.extension()?)?,
                // What holds for all members isn't for a layer: git puts the
                // name of a commit there.
                EntryType::XGlobalHeader => {}
                EntryType::GNULongName => extended.path = Some(self.long()?),
                EntryType::GNULongLink => extended.link = Some(self.long()?),
                _ => {
                    let name = name(&extended);
                    let member = self.member(&header, name.clone(), extended);
                    return member.with_context(|| shown(&name)).map(Some);
                }
            }
        }
    }

    fn member(&mut self, header: &Header, name: Vec<u8>, extended: Extended) -> Result<Member> {
        let target = || match &extended.link {
            Some(link) => link.clone(),
            None => header.link_name_bytes().unwrap_or_default().into_owned(),
        };
        let numbers = || -> Result<(u32, u32)> {
            let (major, minor) = (header.device_major()?, header.device_minor()?);
            Ok((major.unwrap_or(0), minor.unwrap_or(0)))
        };
        let kind = match header.entry_type() {
            // Before there was a type for them, a slash told directories.
            EntryType::Regular if name.ends_with(b"/") => Kind::Directory,
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => Kind::File,
            EntryType::Directory => Kind::Directory,
            EntryType::Symlink => Kind::Symlink { target: target() },
            EntryType::Link => Kind::HardLink { target: target() },
            EntryType::Fifo => Kind::Fifo,
            EntryType::Char => {
                let (major, minor) = numbers()?;
                Kind::CharDevice { major, minor }
            }
            EntryType::Block => {
                let (major, minor) = numbers()?;
                Kind::BlockDevice { major, minor }
            }
            other => bail!(
                "a member of type {:?}, which we don't know",
                char::from(other.as_byte())
            ),
        };
        if !matches!(kind, Kind::File) {
            // A size beside a link is that of the file: no data follows.
            if matches!(kind, Kind::HardLink { .. } | Kind::Symlink { .. }) {
                (self.data, self.padding) = (0, 0);
            }
            ensure!(self.data == 0, "data where there can be none");
        }
        let (size, pieces) = match (header.entry_type(), extended.sparse) {
            (EntryType::GNUSparse, _) => self.old_map(header)?,
            (_, Some(size)) => self.map(size)?,
            (_, None) => (self.data, vec![(0, self.data)]),
        };
        let owner = |extended: Option<u32>, header: u64| match extended {
            Some(id) => Ok(id),
            None => u32::try_from(header).context("the number of an owner"),
        };
        let mtime = match extended.mtime {
            Some(time) => time,
            // Before 1970 GNU tar writes it as a binary number with a sign.
            None => TimeSpec::new(header.mtime()? as i64, 0),
        };
        Ok(Member {
            name,
            kind,
            mode: header.mode()? & 0o7777,
            uid: owner(extended.uid, header.uid()?)?,
            gid: owner(extended.gid, header.gid()?)?,
            mtime,
            xattrs: extended.xattrs,
            size,
            pieces,
        })
    }

    /// Writes the next `length` bytes of the member's data.
    ///
    /// # Errors
    /// The stream ends before, or `out` refuses.
    pub fn copy(&mut self, length: u64, mut out: impl Write) -> Result<()> {
        ensure!(length <= self.data, "more data than the member has");
        let mut left = length;
        while left > 0 {
            let bytes = self.available(left)?;
            out.write_all(bytes).context("write")?;
            let count = bytes.len();
            self.consume(count);
            left -= count as u64;
        }
        self.data -= length;
        Ok(())
    }

    /// Some of the next `most` bytes, at least one.
    fn available(&mut self, most: u64) -> Result<&[u8]> {
        let bytes = self.input.fill_buf().context("read")?;
        ensure!(!bytes.is_empty(), "the archive ends within a member");
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        Ok(&bytes[..bytes.len().min(most)])
    }

    fn consume(&mut self, count: usize) {
        self.input.consume(count);
        self.position += count as u64;
    }

    fn skip(&mut self) -> Result<()> {
        let padding = mem::take(&mut self.padding);
        self.data += padding;
        self.copy(self.data, std::io::sink())
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        match self.input.read_exact(bytes) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                bail!("the archive ends within a member")
            }
            read => read.context("read")?,
        }
        self.position += bytes.len() as u64;
        Ok(())
    }

    /// The next header; `None` at the end: a block of zeros, or nothing.
    fn header(&mut self) -> Result<Option<Header>> {
        if self.input.fill_buf().context("read")?.is_empty() {
            return Ok(None);
        }
        let mut header = Header::new_old();
        self.fill(header.as_mut_bytes())?;
        let bytes = header.as_bytes();
        if bytes.iter().all(|byte| *byte == 0) {
            return Ok(None);
        }
        // The checksum is counted as if its own field were spaces.
        let sum = |bytes: &[u8]| bytes.iter().map(|byte| u32::from(*byte)).sum::<u32>();
        let counted = sum(&bytes[..148]) + 8 * u32::from(b' ') + sum(&bytes[156..]);
        let right = header.cksum().is_ok_and(|said| said == counted);
        ensure!(right, "this is no header of a tar archive");
        Ok(Some(header))
    }

    /// The data of a member that describes the next one.
    fn extension(&mut self) -> Result<Vec<u8>> {
        ensure!(
            self.data <= EXTENSION,
            "an extended header of {} bytes; {EXTENSION} are the most",
            self.data
        );
        let mut bytes = Vec::new();
        self.copy(self.data, &mut bytes)?;
        Ok(bytes)
    }

    /// A long name. It ends in a NUL.
    fn long(&mut self) -> Result<Vec<u8>> {
        let mut name = self.extension()?;
        if name.last() == Some(&0) {
            name.pop();
        }
        Ok(name)
    }
}

fn is_extension(kind: EntryType) -> bool {
    use EntryType::{GNULongLink, GNULongName, XGlobalHeader, XHeader};
    matches!(kind, GNULongLink | GNULongName | XGlobalHeader | XHeader)
}
