//! Standard output, whose reader may have seen enough: `… | head -1`.
//!
//! `println!` panics then, and what was still to be done isn't.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

use anyhow::{Context, Result};

/// Prints; that nobody reads any more is no error.
pub fn print(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    heard(
        stdout
            .write_all(text.as_bytes())
            .and_then(|()| stdout.flush()),
    )
    .map(drop)
}

/// Prints a line.
pub fn line(words: impl Display) -> Result<()> {
    print(&format!("{words}\n"))
}

/// Whether what was written has a reader still.
pub fn heard(written: io::Result<()>) -> Result<bool> {
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        written => written.map(|()| true).context("write to standard output"),
    }
}
