//! Starts mdBook, of the one version the book is written for.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::failure::{Exit, Failure};
use crate::screen;

/// The version we install, and the series we accept when it is there already:
/// headings' ids and themes differ between series.
const VERSION: &str = "0.5.4";
const SERIES: &str = "0.5.";

/// Builds the book into `book/build`.
///
/// # Errors
/// mdBook could not be installed or started.
pub fn build(root: &Path) -> Result<Exit, Failure> {
    let mdbook = find_or_install(root)?;
    let status = Command::new(&mdbook)
        .arg("build")
        .arg(root.join("book"))
        .status()
        .with_context(|| format!("start {}", mdbook.display()))?;
    if !status.success() {
        return Ok(Exit::Code);
    }
    let index = root.join("book/build/index.html");
    screen::print(&format!("{}\n", index.display()));
    Ok(Exit::Green)
}

fn find_or_install(root: &Path) -> Result<PathBuf> {
    let own = root.join("target/mdbook");
    let candidates = [PathBuf::from("mdbook"), own.join("bin/mdbook")];
    if let Some(found) = candidates.into_iter().find(|path| fits(path)) {
        return Ok(found);
    }
    screen::print_error(&format!(
        "no mdbook {SERIES}x here: installing {VERSION} into target/mdbook, once; this needs the \
         network and a few minutes\n"
    ));
    let cargo = std::env::var_os("CARGO").unwrap_or("cargo".into());
    let status = Command::new(cargo)
        .args(["install", "mdbook", "--locked", "--version"])
        .arg(format!("={VERSION}"))
        .arg("--root")
        .arg(&own)
        .status()
        .context("start cargo")?;
    if !status.success() {
        bail!("install mdbook {VERSION}: {status}; the pages can be read as they are in book/src");
    }
    Ok(own.join("bin/mdbook"))
}

/// Is it there, and of our series? It answers `mdbook v0.5.4`.
fn fits(mdbook: &Path) -> bool {
    let output = Command::new(mdbook)
        .arg("--version")
        .stderr(Stdio::null())
        .output();
    output.is_ok_and(|output| of_our_series(&String::from_utf8_lossy(&output.stdout)))
}

fn of_our_series(answer: &str) -> bool {
    let version = answer.trim().strip_prefix("mdbook ").unwrap_or_default();
    version.trim_start_matches('v').starts_with(SERIES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_series_is_accepted() {
        assert!(of_our_series("mdbook v0.5.4\n"));
        assert!(of_our_series(&format!("mdbook {VERSION}")));
        assert!(!of_our_series("mdbook v0.4.52"));
        assert!(!of_our_series("mdbook v0.50.1"));
        assert!(!of_our_series(""));
    }
}
