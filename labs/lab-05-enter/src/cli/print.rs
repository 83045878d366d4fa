//! Standard output, whose reader may have seen enough: `ps | head -1`.

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

/// Whether what was written has a reader still.
pub fn heard(written: io::Result<()>) -> Result<bool> {
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        written => written.map(|()| true).context("write to standard output"),
    }
}
