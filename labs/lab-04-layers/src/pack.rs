//! A layer's directory becomes an archive: the inverse of [`unpack`](crate::unpack).
//!
//! The same directory gives the same bytes: entries in the order of their names,
//! whiteouts where the names they stand for would be, and of times only when the
//! content changed. Numbers that don't fit, nanoseconds, long names and attributes
//! go into an extended header.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::{self, File, Metadata};
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use tar::{Builder, EntryType, Header};

use crate::pax::{self, XATTR};
use crate::walk::Directory;
use crate::whiteout::{self, Says};

/// Names that are longer stand in an extended header alone.
const NAME: usize = 100;

/// Numbers that are larger do: seven octal digits.
const NUMBER: u64 = 0o7_777_777;

/// Writes the archive of the layer in `upper`. Says what was left out, a clause
/// each.
///
/// # Errors
/// A file can't be read, or changes meanwhile; it is nothing a layer may have; or
/// `out` refuses.
pub fn pack(upper: &Path, out: impl Write) -> Result<Vec<String>> {
    let mut archive = Archive {
        tar: Builder::new(out),
        links: HashMap::new(),
        left_out: Vec::new(),
    };
    let root = Directory::open(upper)?;
    let found = fs::metadata(upper).context("look at the layer")?;
    let kind = EntryType::Directory;
    archive.head(upper, Path::new("."), &found, kind, None, 0)?;
    archive.inside(&root, Path::new(""))?;
    archive.tar.finish().context("write the archive's end")?;
    Ok(archive.left_out)
}

struct Archive<W: Write> {
    tar: Builder<W>,
    /// Files with several names: device and inode, and the first of the names.
    links: HashMap<(u64, u64), PathBuf>,
    left_out: Vec<String>,
}

impl<W: Write> Archive<W> {
    fn inside(&mut self, directory: &Directory, path: &Path) -> Result<()> {
        for name in directory.names()? {
            let (from, path) = (directory.entry(&name), path.join(&name));
            let packed = self.entry(&from, &path, &name);
            packed.with_context(|| format!("pack {:?}", path))?;
        }
        Ok(())
    }

    fn entry(&mut self, from: &Path, path: &Path, name: &OsStr) -> Result<()> {
        ensure!(
            !name.as_bytes().starts_with(b".wh."),
            "a name that begins with .wh. means something else in a layer"
        );
        match whiteout::read(from)? {
            Says::Nothing => bail!("it was removed meanwhile"),
            Says::Gone => {
                let mut gone = OsStr::new(".wh.").to_owned();
                gone.push(name);
                self.marker(&path.with_file_name(gone))
            }
            says @ (Says::Merged | Says::Opaque) => {
                let found = fs::symlink_metadata(from)?;
                self.head(from, path, &found, EntryType::Directory, None, 0)?;
                if says == Says::Opaque {
                    self.marker(&path.join(".wh..wh..opq"))?;
                }
                self.inside(&Directory::open(from)?, path)
            }
            Says::Covers => self.other(from, path),
        }
    }

    fn other(&mut self, from: &Path, path: &Path) -> Result<()> {
        let found = fs::symlink_metadata(from)?;
        if found.nlink() > 1 {
            let file = (found.dev(), found.ino());
            if let Some(first) = self.links.get(&file).cloned() {
                return self.head(from, path, &found, EntryType::Link, Some(&first), 0);
            }
            self.links.insert(file, path.to_owned());
        }
        let kind = found.file_type();
        if kind.is_file() {
            return self.file(from, path);
        }
        if kind.is_symlink() {
            let target = fs::read_link(from)?;
            return self.head(from, path, &found, EntryType::Symlink, Some(&target), 0);
        }
        if kind.is_fifo() {
            return self.head(from, path, &found, EntryType::Fifo, None, 0);
        }
        if kind.is_socket() {
            let why = format!("{path:?}: a socket is nothing without the process that listens");
            self.left_out.push(why);
            return Ok(());
        }
        bail!("a device: a layer may have none")
    }

    fn file(&mut self, from: &Path, path: &Path) -> Result<()> {
        let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK;
        let file = File::options().read(true).custom_flags(flags).open(from)?;
        let found = file.metadata()?;
        self.head(from, path, &found, EntryType::Regular, None, found.len())?;
        let out = self.tar.get_mut();
        let copied = io::copy(&mut file.take(found.len()), out)?;
        ensure!(copied == found.len(), "it has become shorter meanwhile");
        let padding = copied.wrapping_neg() % 512;
        out.write_all(&[0; 512][..padding as usize])?;
        Ok(())
    }

    /// An empty file of a name that means something.
    fn marker(&mut self, path: &Path) -> Result<()> {
        let mut header = Header::new_ustar();
        header.set_entry_type(EntryType::Regular);
        header.set_size(0);
        header.set_mode(0);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        self.write(header, path, None, Vec::new())
    }

    fn head(
        &mut self,
        from: &Path,
        path: &Path,
        found: &Metadata,
        kind: EntryType,
        target: Option<&Path>,
        size: u64,
    ) -> Result<()> {
        let mut header = Header::new_ustar();
        header.set_entry_type(kind);
        header.set_mode(found.mode() & 0o7777);
        let mut more = Vec::new();
        for (key, number) in [("uid", found.uid()), ("gid", found.gid())] {
            let number = u64::from(number);
            let fits = number.min(NUMBER);
            match key {
                "uid" => header.set_uid(fits),
                _ => header.set_gid(fits),
            }
            if fits != number {
                more.push((key.to_owned(), number.to_string().into_bytes()));
            }
        }
        header.set_size(size);
        header.set_mtime(u64::try_from(found.mtime()).unwrap_or(0));
        if found.mtime_nsec() != 0 || found.mtime() < 0 {
            more.push(("mtime".into(), time(found.mtime(), found.mtime_nsec())));
        }
        // Another name of a file has nothing of its own.
        if kind != EntryType::Link {
            more.extend(attributes(from)?);
        }
        self.write(header, path, target, more)
    }

    /// A header, and before it an extended one with what doesn't fit.
    fn write(
        &mut self,
        mut header: Header,
        path: &Path,
        target: Option<&Path>,
        mut more: Vec<(String, Vec<u8>)>,
    ) -> Result<()> {
        let mut name = path.as_os_str().as_bytes().to_vec();
        if header.entry_type() == EntryType::Directory {
            name.push(b'/');
        }
        if name.len() > NAME {
            more.push(("path".into(), name.clone()));
            name.truncate(NAME);
        }
        header.as_old_mut().name[..name.len()].copy_from_slice(&name);
        if let Some(target) = target {
            let mut target = target.as_os_str().as_bytes().to_vec();
            if target.len() > NAME {
                more.push(("linkpath".into(), target.clone()));
                target.truncate(NAME);
            }
            header.as_old_mut().linkname[..target.len()].copy_from_slice(&target);
        }
        header.set_cksum();
        if !more.is_empty() {
            self.extended(&more)?;
        }
        Ok(self.tar.append(&header, io::empty())?)
    }

    fn extended(&mut self, records: &[(String, Vec<u8>)]) -> Result<()> {
        let records = records.iter().map(|(key, value)| pax::written(key, value));
        let data = records.collect::<Vec<_>>().concat();
        let mut header = Header::new_ustar();
        header.set_entry_type(EntryType::XHeader);
        header.set_mode(0o644);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        header.set_size(data.len() as u64);
        header.as_old_mut().name[..4].copy_from_slice(b"more");
        header.set_cksum();
        Ok(self.tar.append(&header, data.as_slice())?)
    }
}

/// The attributes of a file that a layer has, sorted.
fn attributes(from: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let mut attributes = Vec::new();
    let names = xattr::list(from).context("list the attributes")?;
    for name in names {
        if name == "trusted.overlay.redirect" || name == "trusted.overlay.metacopy" {
            bail!(
                "the overlay was mounted with {}: its content is elsewhere",
                name.to_string_lossy()
            );
        }
        if whiteout::is_overlays(name.as_bytes()) {
            continue;
        }
        let value = xattr::get(from, &name).context("read an attribute")?;
        let key = name
            .to_str()
            .context("an attribute whose name is no text")?;
        attributes.push((format!("{XATTR}{key}"), value.unwrap_or_default()));
    }
    attributes.sort();
    Ok(attributes)
}

/// Seconds and a fraction, as an extended header has them.
fn time(seconds: i64, nanoseconds: i64) -> Vec<u8> {
    let text = match (seconds, nanoseconds) {
        (0.., _) => format!("{seconds}.{nanoseconds:09}"),
        (_, 0) => format!("{seconds}"),
        // Both count upwards, and the sign stands for the whole.
        (_, _) => {
            let (whole, rest) = (-(seconds + 1), 1_000_000_000 - nanoseconds);
            format!("-{whole}.{rest:09}")
        }
    };
    text.into_bytes()
}
