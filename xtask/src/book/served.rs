//! Whether the book is being served from this checkout, and where.

use std::path::Path;
use std::process;
use std::time::Duration;

use anyhow::Result;

use super::name::{Name, ask};

/// The name of what is done.
const SERVES: &str = "book";

/// A server of this checkout's book.
#[derive(Debug, PartialEq, Eq)]
pub struct Served {
    /// Of the runner that serves.
    pub pid: u32,
    /// On 127.0.0.1.
    pub port: u16,
}

impl Served {
    /// Who serves the book of the checkout at `root` now.
    pub fn here(root: &Path) -> Option<Served> {
        let words = ask(SERVES, root)?;
        let (pid, port) = words.split_once(' ')?;
        Some(Served {
            pid: pid.parse().ok()?,
            port: port.parse().ok()?,
        })
    }

    /// Lets everybody know, for as long as this process lives.
    pub fn say(right: Name, port: u16) -> Served {
        let pid = process::id();
        right.tell(format!("{pid} {port}"));
        Served { pid, port }
    }

    /// A page's address.
    pub fn url(&self, page: &str) -> String {
        format!("http://127.0.0.1:{}/{page}", self.port)
    }
}

/// The right to serve the book of the checkout at `root`, or none when somebody
/// has it.
///
/// # Errors
/// The kernel refuses.
pub fn right(root: &Path) -> Result<Option<Name>> {
    Name::take(SERVES, root, Duration::ZERO, || {})
}
