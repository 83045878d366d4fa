//! The shared libraries a program needs, by the loader's own word.
//!
//! They keep their paths in a machine, so a program started there finds the
//! loader it names and the C library it was linked with, and its
//! `/proc/self/exe` is itself.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};

use super::packages::last_line;
use crate::process;

const LIMIT: Duration = Duration::from_secs(20);

/// Paths of a program's libraries and of its loader; empty for a static one.
/// Libraries in the folders `first` are preferred to the host's.
///
/// # Errors
/// One isn't found, or there is no ldd(1).
pub fn of(program: &Path, first: &[PathBuf]) -> Result<BTreeSet<PathBuf>> {
    let mut ldd = Command::new("ldd");
    ldd.arg(program).env("LC_ALL", "C");
    if let (false, Ok(path)) = (first.is_empty(), std::env::join_paths(first)) {
        ldd.env("LD_LIBRARY_PATH", path);
    }
    let ended = process::run(&mut ldd, LIMIT, 1 << 20)?;
    let words = format!("{}{}", ended.stdout, ended.stderr);
    if words.contains("not a dynamic executable") || words.contains("statically linked") {
        return Ok(BTreeSet::new());
    }
    if !ended.status.success() {
        bail!("ldd {}: {}", program.display(), last_line(&words));
    }
    let found: Result<Vec<Option<PathBuf>>> = ended.stdout.lines().map(library).collect();
    Ok(found?.into_iter().flatten().collect())
}

/// The path in a line of ldd: `libc.so.6 => /lib/… (0x…)`, `/lib64/ld-… (0x…)`;
/// the kernel's own library has none.
fn library(line: &str) -> Result<Option<PathBuf>> {
    let line = line.trim();
    if line.ends_with("not found") {
        bail!("the library {line}");
    }
    let path = line.split(" => ").last().unwrap_or(line);
    let path = path.split(" (").next().unwrap_or(path);
    Ok(path.starts_with('/').then(|| path.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_ldd() {
        let of = |line| {
            library(line)
                .expect("found")
                .map(|path| path.display().to_string())
        };
        assert_eq!(of("\tlinux-vdso.so.1 (0x00007f35786cb000)"), None);
        assert_eq!(
            of("\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f)").as_deref(),
            Some("/lib/x86_64-linux-gnu/libc.so.6")
        );
        assert_eq!(
            of("\t/lib64/ld-linux-x86-64.so.2 (0x00007f35786cd000)").as_deref(),
            Some("/lib64/ld-linux-x86-64.so.2")
        );
        assert!(library("\tlibx.so => not found").is_err());
    }

    #[test]
    fn this_program_needs_a_loader() {
        let own = std::env::current_exe().expect("a path");
        let found = of(&own, &[]).expect("ldd");
        assert!(
            found
                .iter()
                .any(|path| path.to_string_lossy().contains("ld-")),
            "{found:?}"
        );
    }
}
