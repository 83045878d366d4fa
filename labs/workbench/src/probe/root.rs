//! What a probe finds out about the files it stands on: which it can reach,
//! which it can write, and whether it gets out.
//!
//! Nothing here needs a `/proc`: a root may have none.

use std::collections::BTreeMap;
use std::ffi::CString;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::fd::{BorrowedFd, RawFd};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use anyhow::{Context, Result};
use nix::fcntl::{FcntlArg, OFlag, fcntl, openat};
use nix::sys::stat::{Mode, major, minor};
use nix::sys::statvfs::{FsFlags, statvfs};
use nix::unistd::{chdir, chroot};
use serde_json::{Value, json};

/// More levels than a check's directory lies deep.
const UPWARDS: &str = "../../../../../../../../../../../../../../../..";

/// Leaves a chroot in the classic way, then says what is in a file.
pub fn escape(file: &Path) -> Result<Value> {
    let below = "probe-below";
    // It may be there from an earlier escape of the same image.
    fs::create_dir_all(below).context("make a directory")?;
    chroot(below).context("chroot")?;
    chdir(UPWARDS).context("go up")?;
    chroot(".").context("chroot")?;
    Ok(json!({ "pid": std::process::id(), "text": text(file) }))
}

/// Says of each file what it is and what is in it, and how else the first of
/// them can be reached: upwards from here, and through open descriptors.
pub fn reach(files: &[&str]) -> Result<Value> {
    let first = Path::new(files.first().context("a file")?);
    let upwards = Path::new(UPWARDS).join(first.strip_prefix("/").unwrap_or(first));
    let open = descriptors();
    let through = open.iter().find_map(|number| through(*number, &upwards));
    let files: BTreeMap<&str, Value> = files.iter().map(|file| (*file, found(file))).collect();
    // It can only be read by setting another.
    let umask = nix::sys::stat::umask(Mode::empty());
    nix::sys::stat::umask(umask);
    Ok(json!({
        "pid": std::process::id(),
        "files": files,
        "upwards": text(&upwards),
        "descriptors": open,
        "through_descriptor": through,
        "umask": format!("{:o}", umask.bits()),
    }))
}

/// Makes a file at each path, or overwrites a device, and says how that went.
pub fn write(files: &[&str]) -> Value {
    let written: BTreeMap<&str, Option<i32>> = files
        .iter()
        .map(|file| {
            let opened = OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(false)
                .custom_flags(libc::O_NOCTTY)
                .open(file);
            let done = opened.and_then(|mut file| file.write_all(b"probe\n"));
            (*file, done.err().and_then(|error| error.raw_os_error()))
        })
        .collect();
    json!({ "pid": std::process::id(), "errors": written })
}

/// What is at a path: its kind, its device numbers, its entries or its first
/// bytes, and whether the mount it is on is read-only.
fn found(path: &str) -> Value {
    let Ok(at) = fs::metadata(path) else {
        return Value::Null;
    };
    let kind = match at.file_type() {
        kind if kind.is_dir() => "directory",
        kind if kind.is_char_device() => "device",
        kind if kind.is_file() => "file",
        _ => "another",
    };
    let entries = fs::read_dir(path).map(|entries| {
        let mut names: Vec<String> = entries
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    });
    let text = match kind {
        "file" => text(Path::new(path)),
        _ => None,
    };
    json!({
        "kind": kind,
        "major": major(at.rdev()),
        "minor": minor(at.rdev()),
        "mode": format!("{:o}", at.mode() & 0o7777),
        "entries": entries.ok(),
        "text": text,
        "read_only": statvfs(path).is_ok_and(|at| at.flags().contains(FsFlags::ST_RDONLY)),
    })
}

/// The first bytes of a file; `None` when it can't be read.
fn text(path: &Path) -> Option<String> {
    let mut bytes = Vec::new();
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NONBLOCK)
        .open(path)
        .ok()?;
    file.take(4096).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// The numbers of the open descriptors behind standard error.
fn descriptors() -> Vec<RawFd> {
    (3..1024)
        .filter(|number| {
            // SAFETY: the number is only asked for its flags, and may be closed.
            let asked = unsafe { BorrowedFd::borrow_raw(*number) };
            fcntl(asked, FcntlArg::F_GETFD).is_ok()
        })
        .collect()
}

/// What is in a file below an open directory.
fn through(number: RawFd, path: &Path) -> Option<String> {
    // SAFETY: it was open a moment ago, and this process closes none.
    let directory = unsafe { BorrowedFd::borrow_raw(number) };
    let path = CString::new(path.as_os_str().as_encoded_bytes()).ok()?;
    let flags = OFlag::O_RDONLY | OFlag::O_CLOEXEC;
    let file = openat(directory, path.as_c_str(), flags, Mode::empty()).ok()?;
    let mut text = String::new();
    File::from(file).take(4096).read_to_string(&mut text).ok()?;
    Some(text)
}
