//! The files of an archive by their names, whatever they are kept in.
//!
//! An archive is written in the order in which it was convenient: the index of
//! an image may stand behind all of its layers. So nothing is understood while it
//! is read for the first time. A directory and a tar file can be read in any
//! order; what comes through a pipe, or packed, goes into a file of the store
//! first, which has no name: it is gone with the process.

mod spool;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::{FileExt, FileTypeExt};
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use nix::fcntl::{OFlag, OpenHow, ResolveFlag, openat2};
use rootfs::place::undoubted;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::blob::{BUFFER, Compression, Expected, Verified};
use crate::image::Descriptor;
use crate::members::{Kind, Members, shown};
use spool::Start;

/// The most a document may have: what registries accept of a manifest.
const DOCUMENT: u64 = 4 << 20;

/// The most members an archive of an image may have; a docker archive has three
/// for each layer.
const MEMBERS: usize = 10_000;

/// Links from one member to another on one way.
const LINKS: usize = 8;

/// The files of an archive.
#[derive(Debug)]
pub enum Bundle {
    Directory(OwnedFd),
    Tar {
        file: File,
        members: BTreeMap<Vec<u8>, Place>,
    },
}

/// Where a file of a tar archive is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    At {
        offset: u64,
        size: u64,
    },
    /// A name of the same archive, relative to this one's directory.
    Link(Vec<u8>),
}

/// A stretch of a file, which several may read at a time.
#[derive(Debug)]
pub struct Section {
    file: File,
    offset: u64,
    left: u64,
}

impl Section {
    /// Bytes that haven't been read.
    pub fn left(&self) -> u64 {
        self.left
    }
}

impl Read for Section {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX);
        let wanted = bytes.len().min(most);
        let count = self.file.read_at(&mut bytes[..wanted], self.offset)?;
        self.offset += count as u64;
        self.left -= count as u64;
        Ok(count)
    }
}

impl Bundle {
    /// A directory, a file, or what comes from a pipe. `room` is a directory of
    /// the store for what has to be kept meanwhile, `most` how much that may be.
    ///
    /// # Errors
    /// It can't be read, or is no archive.
    pub fn open(path: &Path, room: &Path, most: u64) -> Result<Bundle> {
        let file = File::open(path)?;
        let kind = file.metadata()?.file_type();
        if kind.is_dir() {
            return Ok(Bundle::Directory(file.into()));
        }
        ensure!(
            kind.is_file() || kind.is_fifo() || kind.is_char_device(),
            "it is neither a file nor a directory"
        );
        let mut begin = Start::of(&file, kind.is_file())?;
        match begin.compression()? {
            Compression::None if kind.is_file() => Bundle::tar(file),
            compression => Bundle::tar(begin.spool(compression, room, most)?),
        }
    }

    /// What comes on standard input.
    ///
    /// # Errors
    /// As [`Bundle::open`].
    pub fn from_stdin(room: &Path, most: u64) -> Result<Bundle> {
        let stdin = io::stdin().as_fd().try_clone_to_owned()?;
        let mut begin = Start::of(&stdin.into(), false)?;
        let compression = begin.compression()?;
        Bundle::tar(begin.spool(compression, room, most)?)
    }

    fn tar(file: File) -> Result<Bundle> {
        let mut all = Members::new(BufReader::with_capacity(BUFFER, &file));
        let mut members = BTreeMap::new();
        while let Some(member) = all.advance()? {
            let (name, shown) = (plain(&member.name), member.shown());
            let place = match member.kind {
                Kind::File => {
                    ensure!(
                        member.pieces == [(0, member.size)],
                        "{shown}: a sparse file is none of an image's"
                    );
                    Place::At {
                        offset: all.position(),
                        size: member.size,
                    }
                }
                Kind::Symlink { target } | Kind::HardLink { target } => Place::Link(target),
                _ => continue,
            };
            ensure!(
                members.insert(name, place).is_none(),
                "{shown} is in the archive twice"
            );
            ensure!(
                members.len() <= MEMBERS,
                "it has more than {MEMBERS} members: is it the root file system of an image, \
                 and not the image?"
            );
        }
        Ok(Bundle::Tar { file, members })
    }

    /// Whether there is a file of that name.
    pub fn has(&self, name: &str) -> bool {
        self.read(name).is_ok()
    }

    /// A file of the archive from its beginning.
    ///
    /// # Errors
    /// There is none of that name, or it can't be read.
    pub fn read(&self, name: &str) -> Result<Section> {
        match self {
            Bundle::Directory(directory) => {
                // Not to wait for a pipe's writer, should it be one.
                let flags = OFlag::O_RDONLY | OFlag::O_CLOEXEC | OFlag::O_NONBLOCK;
                let how = OpenHow::new()
                    .flags(flags)
                    .resolve(ResolveFlag::RESOLVE_BENEATH | ResolveFlag::RESOLVE_NO_MAGICLINKS);
                // A docker archive's links go up by `..`.
                let file = undoubted(|| openat2(directory.as_fd(), name, how));
                let file = File::from(file.with_context(|| format!("open {name:?}"))?);
                let found = file
                    .metadata()
                    .with_context(|| format!("look at {name:?}"))?;
                ensure!(found.is_file(), "{name:?} is not a file");
                Ok(Section {
                    file,
                    offset: 0,
                    left: found.len(),
                })
            }
            Bundle::Tar { file, members } => {
                let mut wanted = name.as_bytes().to_vec();
                for _ in 0..LINKS {
                    match members.get(&wanted) {
                        None => bail!("there is no {}", shown(&wanted)),
                        Some(Place::Link(target)) => wanted = beside(&wanted, target),
                        Some(Place::At { offset, size }) => {
                            return Ok(Section {
                                file: file.try_clone().context("open the archive again")?,
                                offset: *offset,
                                left: *size,
                            });
                        }
                    }
                }
                bail!("{name:?}: too many links")
            }
        }
    }

    /// All of a small file.
    ///
    /// # Errors
    /// It isn't there, can't be read, or isn't small.
    pub fn document(&self, name: &str) -> Result<Vec<u8>> {
        let file = self.read(name)?;
        let size = file.left();
        ensure!(
            size <= DOCUMENT,
            "{name:?} has {size} bytes; {DOCUMENT} are the most"
        );
        let mut bytes = Vec::new();
        let read = file.take(DOCUMENT).read_to_end(&mut bytes);
        read.with_context(|| format!("read {name:?}"))?;
        Ok(bytes)
    }

    /// The blob a descriptor names, to be read and then verified.
    ///
    /// # Errors
    /// It isn't there.
    pub fn blob(&self, descriptor: &Descriptor) -> Result<Verified<Section>> {
        let file = self.read(&blob_name(descriptor));
        let file = file.with_context(|| format!("blob {}", descriptor.digest))?;
        Ok(Verified::new(file, Expected::of(descriptor)))
    }

    /// The document a descriptor names, verified.
    ///
    /// # Errors
    /// It isn't there, isn't what its digest says, or has another form.
    pub fn json<T: DeserializeOwned>(&self, descriptor: &Descriptor) -> Result<T> {
        let named = || format!("blob {}", descriptor.digest);
        let size = descriptor.size;
        ensure!(
            size <= DOCUMENT,
            "{}: {size} bytes; {DOCUMENT} are the most",
            named()
        );
        let mut blob = self.blob(descriptor)?;
        let mut bytes = Vec::new();
        blob.read_to_end(&mut bytes).with_context(named)?;
        blob.verify().with_context(named)?;
        unambiguous(&bytes, &descriptor.media_type).with_context(named)?;
        serde_json::from_slice(&bytes).with_context(named)
    }
}

/// Where a blob is in an OCI image layout (image-layout.md).
pub fn blob_name(descriptor: &Descriptor) -> String {
    format!("blobs/sha256/{}", descriptor.digest.hex())
}

/// Refuses a document that can be read in two ways (CVE-2021-41190).
fn unambiguous(bytes: &[u8], media_type: &str) -> Result<()> {
    let document: Value = serde_json::from_slice(bytes)?;
    if let Some(own) = document["mediaType"].as_str() {
        ensure!(
            media_type.is_empty() || own == media_type,
            "it says that it is {own:?}, and was to be {media_type:?}"
        );
    }
    ensure!(
        document.get("manifests").is_none() || document.get("layers").is_none(),
        "it is both a manifest and an index"
    );
    Ok(())
}

/// A name without what changes nothing: `./a//b` is `a/b`.
fn plain(name: &[u8]) -> Vec<u8> {
    let parts = name.split(|byte| *byte == b'/');
    let parts = parts.filter(|part| !part.is_empty() && *part != b".");
    parts.collect::<Vec<_>>().join(&b'/')
}

/// The name a link beside `name` leads to, within the archive.
fn beside(name: &[u8], target: &[u8]) -> Vec<u8> {
    let parts = |path: &[u8]| -> Vec<Vec<u8>> {
        let parts = path.split(|byte| *byte == b'/');
        parts.map(<[u8]>::to_vec).collect()
    };
    let mut way = parts(name);
    way.pop();
    for part in parts(target) {
        match part.as_slice() {
            b"" | b"." => {}
            b".." => drop(way.pop()),
            _ => way.push(part),
        }
    }
    way.join(&b'/')
}
