//! A layer's archive: a stand-in, which has a digest and can't be read.

use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use anyhow::Result;

use crate::walk;

pub fn pack(upper: &Path, mut out: impl Write) -> Result<()> {
    let mut left = vec![upper.to_path_buf()];
    while let Some(directory) = left.pop() {
        for name in walk::names(&directory)? {
            let path = directory.join(name);
            let found = std::fs::symlink_metadata(&path)?;
            writeln!(
                out,
                "{} {:o} {}",
                path.strip_prefix(upper)?.display(),
                found.mode(),
                found.len()
            )?;
            if found.is_file() {
                out.write_all(&std::fs::read(&path)?)?;
            } else if found.is_dir() {
                left.push(path);
            }
        }
    }
    Ok(())
}
