//! The files of a group: written in one piece, read whole, and every failure
//! with the file and the value.

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

use namespaces::Failure;
use namespaces::failure::During;

/// Writes a value to a file that is there already: the kernel makes the files
/// of a group, nobody else can.
pub fn write(directory: &Path, file: &str, value: impl fmt::Display) -> Result<(), Failure> {
    let path = directory.join(file);
    let value = value.to_string();
    let opened = OpenOptions::new().write(true).open(&path);
    let written = opened.and_then(|mut file| file.write_all(value.as_bytes()));
    written.during(&format!("write {value:?} to"), path.display())
}

/// A file's text, without the line break at its end.
pub fn read(directory: &Path, file: &str) -> Result<String, Failure> {
    let path = directory.join(file);
    let text = fs::read_to_string(&path).during("read", path.display())?;
    Ok(text.trim_end().to_string())
}

/// A file that holds one number.
pub fn number(directory: &Path, file: &str) -> Result<u64, Failure> {
    let text = read(directory, file)?;
    text.parse().map_err(|_| unexpected(directory, file, &text))
}

/// The number behind `key` in a file of lines `key number`, as `cpu.stat` is;
/// 0 when this kernel has no such line.
pub fn entry(directory: &Path, file: &str, key: &str) -> Result<u64, Failure> {
    let text = read(directory, file)?;
    let of_key = |line: &str| Some(line.strip_prefix(key)?.strip_prefix(' ')?.to_string());
    match text.lines().find_map(of_key) {
        Some(value) => value
            .parse()
            .map_err(|_| unexpected(directory, file, &value)),
        None => Ok(0),
    }
}

/// The words of a file, as `cgroup.controllers` has them.
pub fn words(directory: &Path, file: &str) -> Result<Vec<String>, Failure> {
    let text = read(directory, file)?;
    Ok(text.split_whitespace().map(String::from).collect())
}

fn unexpected(directory: &Path, file: &str, text: &str) -> Failure {
    Failure {
        operation: format!("read {}", directory.join(file).display()),
        object: format!("{text:?} is no number"),
        errno: None,
    }
}
