//! A log read, perhaps while it is written.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::file::older;
use super::{Record, Stream};

/// How often two looks at two names are tried again that don't fit together.
const LOOKS: u32 = 100;

/// Records in their order, out of both files.
#[derive(Debug)]
pub struct Reader {
    path: PathBuf,
    file: Option<File>,
    /// Bytes of it that have been read, all of them whole records. What comes
    /// behind may be taken away again by its writer.
    read: u64,
}

impl Reader {
    pub fn new(path: PathBuf) -> Reader {
        Reader {
            path,
            file: None,
            read: 0,
        }
    }

    /// What has been written since the last time; at first everything there is.
    pub fn read(&mut self) -> Result<Vec<Record>> {
        let mut records = Vec::new();
        let mut held = self.file.take();
        if let Some(file) = &mut held {
            self.take(file, &mut records)?;
        }
        for mut next in later(&self.path, held.as_ref())? {
            // It will not grow any more, but it may have until now.
            if let Some(file) = &mut held {
                self.take(file, &mut records)?;
            }
            self.read = 0;
            self.take(&mut next, &mut records)?;
            held = Some(next);
        }
        self.file = held;
        Ok(records)
    }

    fn take(&mut self, file: &mut File, records: &mut Vec<Record>) -> Result<()> {
        let path = self.path.display();
        let mut whole = Vec::new();
        file.seek(SeekFrom::Start(self.read))
            .and_then(|_| file.read_to_end(&mut whole))
            .with_context(|| format!("read {path}"))?;
        let end = whole.iter().rposition(|byte| *byte == b'\n');
        whole.truncate(end.map_or(0, |at| at + 1));
        self.read += whole.len() as u64;
        records.extend(whole.split(|byte| *byte == b'\n').filter_map(Record::parse));
        Ok(())
    }
}

/// The files of a log that were begun after `held`, the older one first.
fn later(path: &Path, held: Option<&File>) -> Result<Vec<File>> {
    let inode = |file: &File| file.metadata().map(|found| found.ino());
    let held = held.map(inode).transpose()?;
    let mut looks = 0..LOOKS;
    loop {
        let (current, before) = (open(path)?, open(&older(path))?);
        // Another was begun between the two looks: what was current is the older.
        let again = fs::metadata(path).map(|found| found.ino()).ok();
        if again != current.as_ref().map(inode).transpose()? && looks.next().is_some() {
            continue;
        }
        let mut files = Vec::new();
        for file in [before, current].into_iter().flatten() {
            match Some(inode(&file)?) == held {
                true => files.clear(),
                false => files.push(file),
            }
        }
        return Ok(files);
    }
}

fn open(path: &Path) -> Result<Option<File>> {
    match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        file => file
            .map(Some)
            .with_context(|| format!("open {}", path.display())),
    }
}

/// The records of the last `count` lines.
pub fn last(records: Vec<Record>, count: usize) -> VecDeque<Record> {
    let mut kept: VecDeque<Record> = records.into();
    let mut lines = 0;
    for at in (0..kept.len()).rev() {
        // A part belongs to the line that ends behind it.
        lines += usize::from(kept[at].piece.full || at + 1 == kept.len());
        if lines > count {
            kept.drain(..=at);
            break;
        }
    }
    kept
}

/// Writes a record to the stream it came from.
pub fn show(record: &Record, timestamps: bool) -> std::io::Result<()> {
    let mut text = Vec::new();
    if timestamps {
        write!(text, "{} ", humantime::format_rfc3339_nanos(record.time))?;
    }
    text.extend(&record.piece.text);
    if record.piece.full || timestamps {
        text.push(b'\n');
    }
    match record.stream {
        Stream::Stdout => std::io::stdout().lock().write_all(&text),
        Stream::Stderr => std::io::stderr().lock().write_all(&text),
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::log::Piece;

    #[test]
    fn a_file_that_was_moved_away_twice_between_two_looks_is_read() -> Result<()> {
        let directory = std::env::temp_dir().join(namespaces::spec::random_id()?);
        fs::create_dir(&directory)?;
        let path = directory.join("log");
        let write = |text: &str| {
            let piece = Piece {
                text: text.into(),
                full: true,
            };
            let record = Record {
                time: SystemTime::now(),
                stream: Stream::Stdout,
                piece,
            };
            fs::write(&path, record.to_line())
        };
        let mut reader = Reader::new(path.clone());
        let mut read = || -> Result<Vec<String>> {
            let text = |record: Record| String::from_utf8_lossy(&record.piece.text).into_owned();
            Ok(reader.read()?.into_iter().map(text).collect())
        };
        write("one")?;
        assert_eq!(read()?, ["one"]);
        for next in ["two", "three"] {
            fs::rename(&path, older(&path))?;
            write(next)?;
        }
        assert_eq!(read()?, ["two", "three"]);
        fs::rename(&path, older(&path))?;
        assert!(read()?.is_empty());
        write("four")?;
        assert_eq!(read()?, ["four"]);
        fs::remove_dir_all(&directory)?;
        Ok(())
    }
}
