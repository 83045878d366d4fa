//! Which shared libraries a program needs, asked of its own loader.
//!
//! The other way would be to read the program's `DT_NEEDED` entries and to look
//! for each as a loader does: RPATH, RUNPATH, `$ORIGIN`, the cache, the default
//! directories of this distribution, the variants for this processor, and
//! musl's rules, which differ. The loader of the machine knows them all, and
//! `ld.so --list` (ld.so(8)) maps a program without running it: neither its code
//! nor its libraries' constructors. ldd(1) is a script around the same, but it
//! may start the program itself.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::answer::{Asked, ask};

/// A loader that was asked for a program's libraries.
pub struct Listing {
    asked: Asked,
    loader: PathBuf,
}

/// Asks the loader a program names.
///
/// A loader is started, and a program may name any file as its loader: only one
/// that belongs to whoever owns `/bin/sh` is, in folders that not everybody may
/// write to.
///
/// # Errors
///
/// It isn't there, isn't the system's, or can't be started.
pub fn ask_for_libraries(loader: &Path, program: &Path) -> Result<Listing> {
    if !loader.is_absolute() || !is_the_systems(loader)? {
        bail!(
            "{}: its loader {} is not the system's",
            program.display(),
            loader.display()
        );
    }
    let asked = ask(loader, &[OsStr::new("--list"), program.as_os_str()])?;
    Ok(Listing {
        asked,
        loader: loader.to_owned(),
    })
}

fn is_the_systems(loader: &Path) -> Result<bool> {
    let look =
        |path: &Path| fs::metadata(path).with_context(|| format!("look at {}", path.display()));
    if look(loader)?.uid() != look(Path::new("/bin/sh"))?.uid() {
        return Ok(false);
    }
    let real = fs::canonicalize(loader);
    let real = real.with_context(|| format!("look at {}", loader.display()))?;
    for folder in real.ancestors().skip(1) {
        if look(folder)?.mode() & 0o002 != 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

impl Listing {
    /// The loader and the libraries, at the paths at which it found them.
    ///
    /// # Errors
    ///
    /// A library isn't there, or the loader failed.
    pub fn libraries(self) -> Result<Vec<PathBuf>> {
        let text = self.asked.answer()?;
        let mut found = parse(&text)?;
        found.push(self.loader);
        Ok(found)
    }
}

/// Lines of `name => path (address)`, `path (address)` and, for what the kernel
/// brings, `name (address)`; glibc and musl agree on them.
fn parse(text: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for line in text.lines().map(str::trim) {
        let (name, path) = line.split_once(" => ").unwrap_or((line, line));
        if path.starts_with("not found") {
            bail!("its library {name} is not found");
        }
        let path = path.rsplit_once(" (0x").map_or(path, |(path, _)| path);
        if path.starts_with('/') {
            found.push(path.into());
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<String> {
        let found = parse(text).expect("parsed");
        found
            .iter()
            .map(|path| path.display().to_string())
            .collect()
    }

    #[test]
    fn glibc_and_musl_are_read() {
        let glibc = "\tlinux-vdso.so.1 (0x00007f02bfb56000)\n\
                     \tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f02bf90e000)\n\
                     \tlibodd.so => /opt/a (b)/libodd.so (0x00007f02bf90e000)\n\
                     \t/lib64/ld-linux-x86-64.so.2 (0x00007f02bfb58000)\n";
        assert_eq!(
            paths(glibc),
            [
                "/lib/x86_64-linux-gnu/libc.so.6",
                "/opt/a (b)/libodd.so",
                "/lib64/ld-linux-x86-64.so.2"
            ]
        );
        let musl = "\t/lib/ld-musl-x86_64.so.1 (0x7f9c5b5e4000)\n\
                    \tlibc.musl-x86_64.so.1 => /lib/ld-musl-x86_64.so.1 (0x7f9c5b5e4000)\n";
        assert_eq!(paths(musl), ["/lib/ld-musl-x86_64.so.1"; 2]);
        assert_eq!(paths("\tstatically linked\n"), Vec::<String>::new());
    }

    #[test]
    fn a_missing_library_is_named() {
        let error = parse("\tlibgone.so.1 => not found\n").expect_err("missing");
        assert_eq!(error.to_string(), "its library libgone.so.1 is not found");
    }

    #[test]
    fn a_loader_of_somebody_else_is_not_started() {
        for loader in ["ld.so", "/no/such/loader"] {
            assert!(ask_for_libraries(Path::new(loader), Path::new("/bin/sh")).is_err());
        }
    }
}
