//! mdBook, of the one version the book is written for: found, or installed.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::name::Name;
use crate::build;
use crate::message::say;
use crate::process;
use crate::screen;

/// The version that is installed. Of an mdBook that is there already the series
/// counts: headings' ids and themes differ between series.
const VERSION: &str = "0.5.4";

/// What is installed of it. The server and the watcher are ours, and leaving
/// them out leaves a third of the crates out.
const FEATURES: [&str; 3] = ["--no-default-features", "--features", "search"];

/// Compiling for speed costs more than one fast build of this book brings in.
const UNOPTIMIZED: (&str, &str) = ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0");

/// Time for an installation, on a slow machine and a slow network.
const INSTALLATION: Duration = Duration::from_secs(1800);

/// Time for a program to say its version.
const ANSWER: Duration = Duration::from_secs(10);

/// The program to start.
///
/// # Errors
/// There is none and it can't be installed.
pub fn find_or_install(root: &Path) -> Result<PathBuf> {
    let on_path = PathBuf::from("mdbook");
    if fits(&on_path) {
        return Ok(on_path);
    }
    let folder = build::target_folder(root)?.join("mdbook");
    let own = folder.join("bin/mdbook");
    if fits(&own) {
        return Ok(own);
    }
    let _held = alone(&folder)?;
    // Whoever had the lock has installed it.
    if !fits(&own) {
        install(root, &folder)?;
    }
    Ok(own)
}

/// The right to install, waited for while another runner does.
fn alone(folder: &Path) -> Result<Name> {
    let waits = || screen::print_error(&screen::book::waits_for_installation());
    let held = Name::take("install-mdbook", folder, INSTALLATION, waits)?;
    held.with_context(|| {
        say!(
            "book-installation-held",
            minutes = INSTALLATION.as_secs() / 60
        )
    })
}

/// What cargo has compiled stays in `build` until all of it is: an installation
/// that is interrupted goes on where it was.
fn install(root: &Path, folder: &Path) -> Result<()> {
    screen::print_error(&screen::book::installs(VERSION));
    let compiled = folder.join("build");
    let mut child = build::cargo()
        .args(["install", "mdbook", "--locked", "--force", "--version"])
        .arg(format!("={VERSION}"))
        .args(FEATURES)
        .arg("--root")
        .arg(folder)
        .env("CARGO_TARGET_DIR", &compiled)
        .env(UNOPTIMIZED.0, UNOPTIMIZED.1)
        // Else it advises to put the folder there.
        .env("PATH", with(folder.join("bin"))?)
        .current_dir(root)
        .stdin(Stdio::null())
        .spawn()
        .context("start cargo")?;
    match process::wait(&mut child, Instant::now() + INSTALLATION)? {
        Some(status) if status.success() => {}
        Some(status) => bail!(say!(
            "book-not-installed",
            version = VERSION,
            status = status.to_string()
        )),
        None => bail!(say!(
            "book-installation-held",
            minutes = INSTALLATION.as_secs() / 60
        )),
    }
    // It is worth nothing now, and one that stays is only disk space.
    let _ = fs::remove_dir_all(compiled);
    Ok(())
}

/// The PATH with one more folder at its end.
fn with(folder: PathBuf) -> Result<OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    let all = env::split_paths(&path).chain([folder]);
    env::join_paths(all).context("put the installation's folder on PATH")
}

/// Is it there, and of our series? It answers `mdbook v0.5.4`.
fn fits(mdbook: &Path) -> bool {
    let answer = process::run(Command::new(mdbook).arg("--version"), ANSWER, 1024);
    answer.is_ok_and(|ended| of_our_series(&ended.stdout))
}

fn of_our_series(answer: &str) -> bool {
    let version = answer.trim().strip_prefix("mdbook ").unwrap_or_default();
    let series = VERSION
        .rsplit_once('.')
        .map_or(VERSION, |(series, _)| series);
    let rest = version.trim_start_matches('v').strip_prefix(series);
    rest.is_some_and(|rest| rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_series_is_accepted() {
        assert!(of_our_series(&format!("mdbook v{VERSION}\n")));
        assert!(of_our_series("mdbook v0.5.1"));
        assert!(!of_our_series("mdbook v0.4.52"));
        assert!(!of_our_series("mdbook v0.50.1"));
        assert!(!of_our_series(""));
    }
}
