//! A root file system as the archive the kernel unpacks: cpio's newc format
//! (initramfs-buffer-format in the kernel's documentation).

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use cpio::newc::Builder;

/// File types, as in the mode of inode(7).
const FOLDER: u32 = 0o040_000;
const FILE: u32 = 0o100_000;
const LINK: u32 = 0o120_000;

/// One entry.
pub enum Entry {
    Folder,
    Link(String),
    /// Bytes and permission bits.
    File(Vec<u8>, u32),
}

/// Entries by their path, which is relative. Everything belongs to root,
/// whoever makes it.
#[derive(Default)]
pub struct Archive {
    entries: BTreeMap<PathBuf, Entry>,
}

impl Archive {
    /// Puts an entry in, with the folders above it; one of the same path is
    /// replaced.
    pub fn put(&mut self, path: impl AsRef<Path>, entry: Entry) {
        let path = path.as_ref();
        if let Some(folder) = path.parent() {
            self.folder(folder);
        }
        self.entries.insert(path.to_owned(), entry);
    }

    /// Puts a folder in, with those above it.
    pub fn folder(&mut self, path: &Path) {
        let named = |folder: &&Path| !folder.as_os_str().is_empty();
        for folder in path.ancestors().filter(named) {
            let entry = self.entries.entry(folder.to_owned());
            entry.or_insert(Entry::Folder);
        }
    }

    /// Takes an entry out.
    pub fn remove(&mut self, path: &Path) {
        self.entries.remove(path);
    }

    /// The archive. Sorted as it is, a folder comes before what is in it.
    ///
    /// # Errors
    /// A path that isn't UTF-8, a file that is too large for the format.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        let mut archive = Vec::new();
        for (number, (path, entry)) in (1..).zip(&self.entries) {
            let name = path.to_str().context("a path that is not UTF-8")?;
            let (mode, bytes): (u32, &[u8]) = match entry {
                Entry::Folder if name.ends_with("tmp") => (FOLDER | 0o1777, &[]),
                Entry::Folder => (FOLDER | 0o755, &[]),
                Entry::Link(target) => (LINK | 0o777, target.as_bytes()),
                Entry::File(bytes, mode) => (FILE | mode, bytes),
            };
            let length =
                u32::try_from(bytes.len()).with_context(|| format!("{name} is too large"))?;
            let entry = Builder::new(name).ino(number).mode(mode).nlink(1);
            let mut writer = entry.write(archive, length);
            let packed = writer.write_all(bytes).and_then(|()| writer.finish());
            archive = packed.with_context(|| format!("pack {name}"))?;
        }
        cpio::newc::trailer(archive).context("end the archive")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_come_first_and_the_last_of_a_path_wins() {
        let mut archive = Archive::default();
        archive.put("usr/bin/sh", Entry::Link("busybox".into()));
        archive.put("usr/bin/sh", Entry::File(b"dash".to_vec(), 0o755));
        let bytes = archive.bytes().expect("an archive");
        let mut names = Vec::new();
        let mut rest = &bytes[..];
        loop {
            let reader = cpio::newc::Reader::new(rest).expect("an entry");
            let entry = reader.entry();
            if entry.is_trailer() {
                break;
            }
            names.push((entry.name().to_owned(), entry.mode(), entry.uid()));
            rest = reader.finish().expect("the next");
        }
        let expected = [
            ("usr".to_owned(), 0o040_755, 0),
            ("usr/bin".to_owned(), 0o040_755, 0),
            ("usr/bin/sh".to_owned(), 0o100_755, 0),
        ];
        assert_eq!(names, expected);
    }
}
