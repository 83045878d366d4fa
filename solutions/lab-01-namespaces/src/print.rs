//! Standard output and error, whose reader may have seen enough: `… | head -1`.
//!
//! `println!` and `eprintln!` panic then, and what was still to be done isn't.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

use anyhow::{Context, Result};

use crate::runtime::program_name;

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

/// Says something on standard error, after the program's name. Whether anybody
/// reads it changes nothing.
pub fn say(words: impl Display) {
    let _ = writeln!(io::stderr(), "{}: {words}", program_name());
}

/// Whether what was written has a reader still.
pub fn heard(written: io::Result<()>) -> Result<bool> {
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        written => written.map(|()| true).context("write to standard output"),
    }
}
