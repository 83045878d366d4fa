//! `/proc/self/mountinfo`, proc_pid_mountinfo(5).

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

/// One mount, as far as the workbench cares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// Which directory of the file system is mounted.
    pub root: PathBuf,
    /// Where it is mounted.
    pub point: PathBuf,
    /// Member of a peer group that passes mounts on.
    pub shared: bool,
    pub kind: String,
    /// Options of the file system, separated by commas.
    pub options: String,
}

/// The mounts of the calling process, parents before what stands on them.
pub fn mounts() -> io::Result<Vec<Mount>> {
    let text = fs::read("/proc/self/mountinfo")?;
    let lines = text.split(|&byte| byte == b'\n');
    Ok(lines.filter_map(parse).collect())
}

fn parse(line: &[u8]) -> Option<Mount> {
    let mut fields = line.split(|&byte| byte == b' ');
    let root = unescape(fields.nth(3)?);
    let point = unescape(fields.next()?);
    let mut optional = fields.by_ref().skip(1).take_while(|field| *field != b"-");
    // `any` alone would stop before the dash.
    let shared = optional
        .by_ref()
        .filter(|field| field.starts_with(b"shared:"))
        .count()
        > 0;
    drop(optional);
    let kind = String::from_utf8_lossy(fields.next()?).into_owned();
    let options = String::from_utf8_lossy(fields.nth(1)?).into_owned();
    Some(Mount {
        root,
        point,
        shared,
        kind,
        options,
    })
}

/// Undoes the `\040` that the kernel writes for a space.
fn unescape(field: &[u8]) -> PathBuf {
    let mut bytes = Vec::with_capacity(field.len());
    let mut rest = field;
    while let Some((&first, tail)) = rest.split_first() {
        let octal = tail.get(..3).filter(|_| first == b'\\');
        let value = octal.and_then(|digits| {
            let digits = std::str::from_utf8(digits).ok()?;
            u8::from_str_radix(digits, 8).ok()
        });
        bytes.push(value.unwrap_or(first));
        rest = if value.is_some() { &tail[3..] } else { tail };
    }
    OsString::from_vec(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_with_escapes_and_optional_fields() {
        let line =
            br"36 35 98:0 /a\040b /mnt/c\134d rw shared:7 master:1 - ext4 /dev/x rw,errors=x";
        let mount = parse(line).expect("parsed");
        assert_eq!(mount.root, PathBuf::from("/a b"));
        assert_eq!(mount.point, PathBuf::from(r"/mnt/c\d"));
        assert!(mount.shared);
        assert_eq!(
            (mount.kind.as_str(), mount.options.as_str()),
            ("ext4", "rw,errors=x")
        );
    }

    #[test]
    fn a_line_without_optional_fields() {
        let mount = parse(b"22 27 0:21 / /proc rw,relatime - proc proc rw").expect("parsed");
        assert!(!mount.shared);
        assert_eq!(mount.kind, "proc");
    }

    #[test]
    fn a_line_cut_short_is_left_out() {
        assert_eq!(parse(b"22 27 0:21 / /proc rw -"), None);
        assert_eq!(parse(b""), None);
    }
}
