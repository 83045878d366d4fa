//! A root file system of this machine's own programs.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::elf::{Linking, linking};
use super::loader::{Listing, ask_for_libraries};
use super::refuse;
use super::tree::{PROGRAMS, Tree};

/// What a chapter may call. A machine without one of them goes without it,
/// except for the first.
const USUAL: [&str; 60] = [
    "sh", "bash", "basename", "cat", "chmod", "chown", "chroot", "cp", "cut", "date", "dd", "df",
    "dirname", "du", "echo", "env", "expr", "false", "find", "free", "grep", "head", "hostname",
    "id", "ip", "kill", "ln", "ls", "mkdir", "mknod", "mktemp", "mount", "mv", "nproc", "od",
    "ping", "printf", "ps", "pwd", "readlink", "rm", "rmdir", "sed", "seq", "sleep", "sort",
    "stat", "sync", "tail", "tee", "test", "touch", "tr", "true", "umount", "uname", "uniq",
    "uptime", "wc", "whoami",
];

/// Where glibc's loader remembers in which folders libraries are: one in an
/// unusual place is found inside as it was outside. musl's counterpart is
/// [`musl_paths`].
const CACHE: &str = "/etc/ld.so.cache";

/// glibc loads this by name, to look up users; since 2.34 it is in libc itself.
const USERS: &str = "libnss_files.so.2";

/// A program that was found, and its loader, which is thinking.
struct Wanted {
    path: PathBuf,
    listing: Option<Listing>,
}

impl Wanted {
    fn of(path: PathBuf) -> Result<Wanted> {
        let listing = match linking(&path)? {
            Linking::Static => None,
            Linking::Dynamic { loader } => Some(ask_for_libraries(&loader, &path)?),
        };
        Ok(Wanted { path, listing })
    }

    /// Copies it and its libraries, all or nothing but links.
    fn place(self, tree: &mut Tree) -> Result<()> {
        let libraries = match self.listing {
            None => Vec::new(),
            Some(listing) => listing.libraries()?,
        };
        for library in &libraries {
            tree.place(library)?;
        }
        let inside = tree.place(&self.path)?;
        // Where a shell inside would not look for it, it gets another name.
        let found = PROGRAMS.iter().any(|folder| {
            let folder = Path::new("/").join(folder);
            self.path.parent() == Some(folder.as_path())
        });
        match (found, self.path.file_name()) {
            (false, Some(name)) => tree.link(&Path::new("bin").join(name), &inside),
            _ => Ok(()),
        }
    }
}

/// Takes the usual programs over.
///
/// # Errors
///
/// There is no shell; something can't be written.
pub fn fill(tree: &mut Tree) -> Result<()> {
    // All loaders are asked before the first is heard: they run side by side.
    let wanted: Vec<(&str, Result<Wanted>)> = USUAL
        .iter()
        .filter_map(|name| Some((*name, usable(name)?)))
        .collect();
    for (name, wanted) in wanted {
        match wanted.and_then(|wanted| wanted.place(tree)) {
            Err(error) if name == "sh" || !is_about_the_program(&error) => {
                return Err(error.context(format!("take {name} over")));
            }
            Err(error) => tree.leave_out(name, &error),
            Ok(()) => {}
        }
    }
    configure(tree)
}

/// A full disk ends the whole; a program that can't be read is left out.
fn is_about_the_program(error: &anyhow::Error) -> bool {
    use std::io::ErrorKind::{NotFound, PermissionDenied};
    let io = error.chain().find_map(|cause| cause.downcast_ref());
    io.is_none_or(|io: &std::io::Error| matches!(io.kind(), NotFound | PermissionDenied))
}

/// Adds one program that somebody asked for.
pub fn add(tree: &mut Tree, program: &Path) -> Result<()> {
    let named = program.display();
    if !program.is_absolute() && program.components().count() != 1 {
        return refuse(format!(
            "{named}: give a program's name, or a path that begins with /"
        ));
    }
    let wanted = match program.is_absolute() {
        true => Wanted::of(program.to_owned()),
        false => match program.to_str().and_then(usable) {
            Some(wanted) => wanted,
            None => return refuse(format!("{named}: no such program on PATH")),
        },
    };
    let placed = wanted.and_then(|wanted| wanted.place(tree));
    placed.with_context(|| format!("take {named} over"))?;
    configure(tree)
}

/// The first program of this name that can be taken over; if there is none, why
/// the first couldn't be; `None` where there is no such name.
fn usable(name: &str) -> Option<Result<Wanted>> {
    let mut first = None;
    for path in candidates(name) {
        match Wanted::of(path) {
            Ok(wanted) => return Some(Ok(wanted)),
            Err(error) => first = first.or(Some(Err(error))),
        }
    }
    first
}

/// Programs of this name: in the system's folders, which a root file system has
/// too, then on `PATH`. `/bin` comes first, so that where it is a link there is
/// one inside.
pub fn candidates(name: &str) -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let system = PROGRAMS.iter().map(|folder| Path::new("/").join(folder));
    let folders = system.chain(env::split_paths(&path));
    let programs = folders
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(name));
    programs.filter(|program| is_executable(program)).collect()
}

fn is_executable(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

/// What the libraries themselves read.
fn configure(tree: &mut Tree) -> Result<()> {
    let mut files = musl_paths();
    files.push(CACHE.into());
    for file in files.iter().filter(|file| file.is_file()) {
        tree.place(file)?;
    }
    let is_libc = |library: &&PathBuf| library.file_name() == Some(OsStr::new("libc.so.6"));
    let modules = tree.placed().filter(is_libc);
    let modules: Vec<PathBuf> = modules.map(|libc| libc.with_file_name(USERS)).collect();
    for module in modules.iter().filter(|module| module.is_file()) {
        tree.place(module)?;
    }
    Ok(())
}

/// `/etc/ld-musl-x86_64.path`, whatever the machine is called.
fn musl_paths() -> Vec<PathBuf> {
    let entries = fs::read_dir("/etc").into_iter().flatten().flatten();
    let is_musls = |name: &OsStr| {
        let name = name.to_string_lossy();
        name.starts_with("ld-musl-") && name.ends_with(".path")
    };
    let found = entries.filter(|entry| is_musls(&entry.file_name()));
    found.map(|entry| entry.path()).collect()
}
