//! One build of the book, into `book/build`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use super::mdbook;
use super::name::Name;
use crate::failure::{Exit, Failure};
use crate::message::say;
use crate::process::{self, Ended};
use crate::screen;

/// Time for one build, and for one that another runner makes. It takes a second.
const LIMIT: Duration = Duration::from_secs(120);

/// Bytes of mdBook's words that are kept.
const OUTPUT: u64 = 64 * 1024;

/// The folder of the finished pages.
pub fn built(root: &Path) -> PathBuf {
    root.join("book/build")
}

/// Builds and says where.
///
/// # Errors
/// mdBook could not be installed or started.
pub fn once(root: &Path) -> Result<Exit, Failure> {
    let mdbook = mdbook::find_or_install(root)?;
    let well = build(&mdbook, root)?;
    if well {
        let index = built(root).join("index.html");
        screen::print(&format!("{}\n", index.display()));
    }
    Ok(if well { Exit::Green } else { Exit::Code })
}

/// Builds; what mdBook complains about is shown. False when it refuses a page.
///
/// # Errors
/// mdBook can't be started or doesn't end.
pub fn build(mdbook: &Path, root: &Path) -> Result<bool> {
    // Two builds at once would delete each other's pages.
    let held = Name::take("build-book", root, LIMIT, || {})?;
    let _held = held.with_context(|| say!("book-build-held", seconds = LIMIT.as_secs()))?;
    let mut command = Command::new(mdbook);
    command.arg("build").arg(root.join("book"));
    // Its progress is not ours to show; its warnings are.
    command.env("MDBOOK_LOG", "warn");
    let Ended {
        status,
        stdout,
        stderr,
    } = process::run(&mut command, LIMIT, OUTPUT)?;
    screen::print_error(&format!("{stdout}{stderr}"));
    Ok(status.success())
}
