//! The file a log is written to.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result};

use super::{Piece, Record, Stream};

/// A log that is being written.
#[derive(Debug)]
pub struct Log {
    path: PathBuf,
    file: File,
    /// Bytes in the file, all of them whole records.
    size: u64,
    max_size: u64,
    /// Records that could not be written since the last that could.
    lost: u64,
}

impl Log {
    /// Opens the log at `path`, which goes on where it has ended. When it would
    /// get longer than `max_size` bytes it becomes `PATH.1`, and the one that
    /// had this name is removed.
    pub fn open(path: PathBuf, max_size: u64) -> Result<Log> {
        let (file, size) = opened(&path).with_context(|| format!("open {}", path.display()))?;
        Ok(Log {
            path,
            file,
            size,
            max_size,
            lost: 0,
        })
    }

    /// Writes a record. When that can't be done, as on a disk that is full, the
    /// record is lost, the command goes on, and the next record that can be
    /// written is preceded by one that says how many are missing.
    pub fn write(&mut self, record: &Record) {
        if self.lost > 0 {
            let text = format!("[{} records could not be written]", self.lost);
            let told = self.append(&Record {
                time: SystemTime::now(),
                stream: Stream::Stderr,
                piece: Piece {
                    text: text.into(),
                    full: true,
                },
            });
            if told.is_err() {
                self.lost += 1;
                return;
            }
            self.lost = 0;
        }
        if self.append(record).is_err() {
            self.lost += 1;
        }
    }

    /// Adds one record to the file: the whole record, or nothing of it.
    /// `self.size` is how many bytes of the file are whole records. Where it
    /// would grow past `self.max_size` another file is begun, by
    /// [`rotate`](Log::rotate).
    fn append(&mut self, record: &Record) -> io::Result<()> {
        // ANCHOR: append
        todo!(
            "Add one record to the log, the whole record or nothing of it. (chapter: task-5-a-file-that-ends-somewhere)"
        )
        // ANCHOR_END: append
    }

    /// Begins another file.
    fn rotate(&mut self) -> io::Result<()> {
        match fs::rename(&self.path, older(&self.path)) {
            // It was moved before, and then there was no room for another.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            moved => moved?,
        }
        (self.file, self.size) = opened(&self.path)?;
        Ok(())
    }

    /// Records that could not be written and have not been told of.
    pub fn lost(&self) -> u64 {
        self.lost
    }
}

/// The file before the one at `path`.
pub fn older(path: &Path) -> PathBuf {
    path.with_extension("1")
}

/// Opens a log for writing at its end. A record whose writer was killed in the
/// middle of it is taken away first.
fn opened(path: &Path) -> io::Result<(File, u64)> {
    let file = OpenOptions::new()
        .create(true)
        .append(true)
        .read(true)
        .open(path)?;
    let text = match fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
        text => text?,
    };
    let whole = text.iter().rposition(|byte| *byte == b'\n');
    let size = whole.map_or(0, |at| at as u64 + 1);
    if size < text.len() as u64 {
        file.set_len(size)?;
    }
    Ok((file, size))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(text: &str) -> Record {
        let text = text.into();
        Record {
            time: SystemTime::now(),
            stream: Stream::Stdout,
            piece: Piece { text, full: true },
        }
    }

    fn texts(path: &Path) -> Vec<String> {
        let text = fs::read(path).unwrap_or_default();
        let lines = text.split(|byte| *byte == b'\n').filter_map(Record::parse);
        lines
            .map(|record| String::from_utf8_lossy(&record.piece.text).into_owned())
            .collect()
    }

    fn directory(name: &str) -> io::Result<PathBuf> {
        let name = format!("enter-log-{name}-{}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        fs::create_dir_all(&directory)?;
        Ok(directory)
    }

    #[test]
    fn two_files_are_kept_and_every_record_is_whole() -> Result<()> {
        let directory = directory("rotation")?;
        let path = directory.join("log");
        let mut log = Log::open(path.clone(), 200)?;
        for number in 0..20 {
            log.write(&record(&format!("record {number}")));
        }
        let kept = [texts(&older(&path)), texts(&path)].concat();
        let last: Vec<String> = (20 - kept.len()..20)
            .map(|number| format!("record {number}"))
            .collect();
        assert!(kept == last && kept.len() > 3, "{kept:?}");
        assert!(fs::metadata(&path)?.len() <= 200);
        fs::remove_dir_all(directory)?;
        Ok(())
    }

    #[test]
    fn what_a_kill_has_cut_is_taken_away() -> Result<()> {
        let directory = directory("cut")?;
        let path = directory.join("log");
        let mut log = Log::open(path.clone(), 1000)?;
        log.write(&record("one"));
        log.file.write_all(b"2026-11-24T18:08:32Z stdo")?;
        let mut log = Log::open(path.clone(), 1000)?;
        log.write(&record("two"));
        assert_eq!(texts(&path), ["one", "two"]);
        fs::remove_dir_all(directory)?;
        Ok(())
    }
}
