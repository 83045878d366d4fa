//! What a probe does to files, and how it tells one tree of files from another.
//!
//! Neither needs a shell or its programs: an image may have none.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, lchown, symlink};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use nix::sys::stat::{Mode, SFlag, major, makedev, minor, mknod};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::attribute;

/// Does one step, which is a word and what it takes, separated by blanks:
///
/// - `write PATH TEXT`: makes the file, or replaces what is in it
/// - `append PATH TEXT`: writes at its end
/// - `open PATH`: opens it to write, and writes nothing
/// - `read PATH`: reads it
/// - `directory PATH`, `pipe PATH`, `whiteout PATH`, `device PATH MAJOR MINOR`
/// - `symlink TARGET PATH`, `link FILE PATH`, `rename FROM TO`
/// - `mode OCTAL PATH`, `owner UID GID PATH`
/// - `attribute PATH NAME HEX`: the value's bytes in hexadecimal
/// - `remove PATH`: with all that is in it
pub fn step(step: &str) -> Result<()> {
    let words: Vec<&str> = step.split(' ').collect();
    let done = match words.as_slice() {
        ["write", path, text] => fs::write(path, text).map_err(Into::into),
        ["append", path, text] => append(path, text),
        ["open", path] => OpenOptions::new()
            .write(true)
            .open(path)
            .map(drop)
            .map_err(Into::into),
        ["read", path] => fs::read(path).map(drop).map_err(Into::into),
        ["directory", path] => fs::create_dir(path).map_err(Into::into),
        ["pipe", path] => node(path, SFlag::S_IFIFO, 0),
        ["whiteout", path] => node(path, SFlag::S_IFCHR, 0),
        ["device", path, major, minor] => node(
            path,
            SFlag::S_IFCHR,
            makedev(major.parse()?, minor.parse()?),
        ),
        ["symlink", target, path] => symlink(target, path).map_err(Into::into),
        ["link", file, path] => fs::hard_link(file, path).map_err(Into::into),
        ["rename", from, to] => fs::rename(from, to).map_err(Into::into),
        ["mode", octal, path] => mode(path, octal),
        ["owner", uid, gid, path] => {
            lchown(path, Some(uid.parse()?), Some(gid.parse()?)).map_err(Into::into)
        }
        ["attribute", path, name, hex] => {
            attribute::set(Path::new(path), name, &bytes(hex)?).map_err(Into::into)
        }
        ["remove", path] => remove(Path::new(path)),
        _ => bail!("the probe does not know the step {step:?}"),
    };
    done.with_context(|| format!("step {step:?}"))
}

fn bytes(hex: &str) -> Result<Vec<u8>> {
    let pairs = hex.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair)?;
        Ok(u8::from_str_radix(pair, 16)?)
    });
    pairs.collect()
}

fn append(path: &str, text: &str) -> Result<()> {
    let mut file = OpenOptions::new().append(true).open(path)?;
    Ok(file.write_all(text.as_bytes())?)
}

fn node(path: &str, kind: SFlag, device: u64) -> Result<()> {
    Ok(mknod(path, kind, Mode::from_bits_truncate(0o644), device)?)
}

fn mode(path: &str, octal: &str) -> Result<()> {
    let mode = u32::from_str_radix(octal, 8).with_context(|| format!("mode {octal:?}"))?;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(mode))?)
}

fn remove(path: &Path) -> Result<()> {
    match fs::symlink_metadata(path)?.is_dir() {
        true => Ok(fs::remove_dir_all(path)?),
        false => Ok(fs::remove_file(path)?),
    }
}

/// A tree of files: by path, counted from the tree's root, everything that makes
/// them what they are.
pub type Tree = BTreeMap<PathBuf, Entry>;

/// What is at one path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// `directory`, `file`, `symlink`, `device`, `pipe` or `another`.
    pub kind: String,
    /// Octal, without the kind.
    pub mode: String,
    pub owner: (u32, u32),
    /// What is in a file, or where a link leads; of a device its numbers.
    pub content: String,
    /// Extended attributes, their values in hexadecimal.
    pub attributes: BTreeMap<String, String>,
    /// The first path of the same file.
    pub first: PathBuf,
    /// Seconds since 1970.
    pub modified: i64,
}

/// Reads the tree below `root`, and not the root itself; of other file systems
/// that are mounted in it only the directory.
pub fn tree(root: &Path) -> Result<Tree> {
    let mut tree = Tree::new();
    let device = fs::symlink_metadata(root)
        .with_context(|| format!("look at {}", root.display()))?
        .dev();
    let mut first = BTreeMap::new();
    let mut left = vec![root.to_path_buf()];
    while let Some(directory) = left.pop() {
        let mut paths = Vec::new();
        let entries = fs::read_dir(&directory);
        for entry in entries.with_context(|| format!("read {}", directory.display()))? {
            paths.push(entry?.path());
        }
        paths.sort();
        for path in paths {
            let found = fs::symlink_metadata(&path)?;
            let short = Path::new("/").join(path.strip_prefix(root)?);
            if found.is_dir() && found.dev() == device {
                left.push(path.clone());
            }
            let file = (found.dev(), found.ino());
            let first = first.entry(file).or_insert_with(|| short.clone()).clone();
            let entry = entry(&path, &found, first);
            tree.insert(
                short,
                entry.with_context(|| format!("read {}", path.display()))?,
            );
        }
    }
    Ok(tree)
}

fn entry(path: &Path, found: &fs::Metadata, first: PathBuf) -> Result<Entry> {
    let kind = match found.file_type() {
        kind if kind.is_dir() => "directory",
        kind if kind.is_file() => "file",
        kind if kind.is_symlink() => "symlink",
        kind if kind.is_char_device() => "device",
        kind if kind.is_fifo() => "pipe",
        _ => "another",
    };
    let content = match kind {
        "file" => digest(path)?,
        "symlink" => fs::read_link(path)?.to_string_lossy().into_owned(),
        "device" => format!("{}:{}", major(found.rdev()), minor(found.rdev())),
        _ => String::new(),
    };
    Ok(Entry {
        kind: kind.into(),
        mode: format!("{:o}", found.mode() & 0o7777),
        owner: (found.uid(), found.gid()),
        content,
        attributes: attribute::all(path)?,
        first,
        modified: found.mtime(),
    })
}

/// A short file as it is; of a longer one its length and a sum (FNV-1a).
fn digest(path: &Path) -> Result<String> {
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut File::open(path)?, &mut bytes)?;
    if bytes.len() <= 64 {
        return Ok(String::from_utf8_lossy(&bytes).into_owned());
    }
    let sum = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
        (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    Ok(format!("{} bytes, {sum:016x}", bytes.len()))
}

/// The tree that a probe has said.
pub fn heard(value: &Value) -> Result<Tree> {
    Tree::deserialize(&value["tree"]).context("the probe's tree")
}
