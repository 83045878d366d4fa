//! An archive that comes through a pipe, or packed: into a file of the store,
//! where it can be read in any order.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::os::fd::AsRawFd;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode;

use crate::blob::{BUFFER, Compression, Unpacked, sniff};

/// An archive of which nothing but the beginning was read.
pub struct Start {
    input: BufReader<File>,
}

impl Start {
    /// For a file that is read from its beginning again, a cursor of its own.
    pub fn of(file: &File, again: bool) -> Result<Start> {
        let file = match again {
            true => {
                let path = format!("/proc/self/fd/{}", file.as_raw_fd());
                File::open(path).context("open it again")?
            }
            false => file.try_clone().context("open it again")?,
        };
        Ok(Start {
            input: BufReader::with_capacity(BUFFER, file),
        })
    }

    /// How it is packed, by its first bytes.
    pub fn compression(&mut self) -> Result<Compression> {
        sniff(&mut self.input).context("read")
    }

    /// Copies it to a file without a name, unpacked.
    pub fn spool(self, compression: Compression, room: &Path, most: u64) -> Result<File> {
        let flags = OFlag::O_TMPFILE | OFlag::O_RDWR | OFlag::O_CLOEXEC;
        let file = open(room, flags, Mode::S_IRUSR | Mode::S_IWUSR);
        let mut file =
            File::from(file.with_context(|| format!("make a file in {}", room.display()))?);
        let unpacked = Unpacked::new(self.input, compression);
        let copied = io::copy(&mut unpacked.take(most + 1), &mut file).context("read")?;
        ensure!(
            copied <= most,
            "it has more than {most} bytes; --max-size allows more"
        );
        file.rewind().context("go to its beginning")?;
        Ok(file)
    }
}
