//! Extended headers: what doesn't fit into a tar header's fields stands before
//! it, in records (pax(1), "pax Extended Header").
//!
//! ```text
//! 28 mtime=1700000000.123456789\n      the length counts itself and the newline
//! ```
//!
//! A value may hold any byte, a newline too; only the length tells its end. The
//! extended attributes of a file are such values.

use std::str;

use anyhow::{Context, Result, bail, ensure};
use nix::sys::time::TimeSpec;

/// Records that carry an extended attribute begin with this.
pub const XATTR: &str = "SCHILY.xattr.";

/// What is said of the member that follows. A record that comes twice counts
/// as it came last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extended {
    pub path: Option<Vec<u8>>,
    pub link: Option<Vec<u8>>,
    /// Bytes in the archive.
    pub size: Option<u64>,
    pub uid: Option<u32>,
    pub gid: Option<u32>,
    pub mtime: Option<TimeSpec>,
    /// Names without our prefix, in their order.
    pub xattrs: Vec<(String, Vec<u8>)>,
    /// Set when the data begins with a map of it: bytes of the file, with holes.
    pub sparse: Option<u64>,
}

impl Extended {
    /// Reads the records of one extended header.
    ///
    /// # Errors
    /// A record that is none, or a sparse file in a form that no tar writes any
    /// more.
    pub fn read(mut records: &[u8]) -> Result<Extended> {
        let mut extended = Extended::default();
        let mut map_version = None;
        while !records.is_empty() {
            let (key, value, rest) = record(records).context("extended header")?;
            let named = || format!("extended header {key}");
            match key {
                "path" | "GNU.sparse.name" => extended.path = Some(value.to_vec()),
                "linkpath" => extended.link = Some(value.to_vec()),
                "size" => extended.size = Some(number(value).with_context(named)?),
                "uid" => extended.uid = Some(number(value).with_context(named)?),
                "gid" => extended.gid = Some(number(value).with_context(named)?),
                "mtime" => extended.mtime = Some(time(value).with_context(named)?),
                "GNU.sparse.realsize" => {
                    extended.sparse = Some(number(value).with_context(named)?);
                }
                "GNU.sparse.major" => map_version = Some(value),
                "GNU.sparse.map" | "GNU.sparse.numblocks" => {
                    bail!("{key}: sparse files are read in the forms of GNU tar 1.16 and later");
                }
                _ => {
                    if let Some(name) = key.strip_prefix(XATTR) {
                        extended.xattrs.retain(|(known, _)| known != name);
                        extended.xattrs.push((name.to_owned(), value.to_vec()));
                    }
                }
            }
            records = rest;
        }
        ensure!(
            map_version.is_some() == extended.sparse.is_some()
                && map_version.is_none_or(|version| version == b"1"),
            "extended header GNU.sparse: not one of the forms we read"
        );
        Ok(extended)
    }
}

/// The first record: key, value, and what follows.
fn record(records: &[u8]) -> Result<(&str, &[u8], &[u8])> {
    let space = records.iter().position(|byte| *byte == b' ');
    let space = space.context("a record without a length")?;
    let length: usize = number(&records[..space]).context("the length of a record")?;
    let whole = records.get(..length).context("a record that doesn't end")?;
    let record = whole.get(space + 1..).and_then(|r| r.strip_suffix(b"\n"));
    let record = record.context("a record without a newline")?;
    let equals = record.iter().position(|byte| *byte == b'=');
    let equals = equals.context("a record without a value")?;
    let key = str::from_utf8(&record[..equals]).context("the key of a record")?;
    Ok((key, &record[equals + 1..], &records[length..]))
}

fn number<T: str::FromStr>(value: &[u8]) -> Result<T> {
    let text = str::from_utf8(value).ok();
    let digits = text.filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    let read = digits.and_then(|text| text.parse().ok());
    read.with_context(|| {
        format!(
            "{:?} is no number of that kind",
            value.escape_ascii().to_string()
        )
    })
}

/// Seconds with a fraction, also before 1970.
fn time(value: &[u8]) -> Result<TimeSpec> {
    let text = str::from_utf8(value).context("a time")?;
    let (text, before) = match text.strip_prefix('-') {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    // Nine digits are nanoseconds; more say nothing to the kernel.
    let fraction = &fraction[..fraction.len().min(9)];
    let nanoseconds: i64 = number(format!("{fraction:0<9}").as_bytes())?;
    let seconds: i64 = number(seconds.as_bytes())?;
    Ok(match (before, nanoseconds) {
        (false, _) => TimeSpec::new(seconds, nanoseconds),
        (true, 0) => TimeSpec::new(-seconds, 0),
        (true, _) => TimeSpec::new(-seconds - 1, 1_000_000_000 - nanoseconds),
    })
}

/// One record, as it is written.
pub fn written(key: &str, value: &[u8]) -> Vec<u8> {
    let rest = key.len() + value.len() + b" =\n".len();
    let mut length = rest + 1;
    // The number of digits is part of what they count.
    while length != rest + length.to_string().len() {
        length = rest + length.to_string().len();
    }
    [
        length.to_string().as_bytes(),
        b" ",
        key.as_bytes(),
        b"=",
        value,
        b"\n",
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_may_hold_any_byte() {
        for value in [&b"a\nb"[..], b"9 x=y\n", b"", b"=", &[0, 255, b'\n']] {
            let records = [
                written("SCHILY.xattr.user.a", value),
                written("path", b"name"),
            ]
            .concat();
            let read = Extended::read(&records).expect("records");
            assert_eq!(read.xattrs, [("user.a".to_owned(), value.to_vec())]);
            assert_eq!(read.path.as_deref(), Some(&b"name"[..]));
        }
    }

    #[test]
    fn a_length_counts_its_own_digits() {
        for size in [1, 3, 4, 90, 91, 92, 93, 990, 991, 992, 9_990] {
            let record = written("a", &vec![b'x'; size]);
            let digits = record
                .iter()
                .position(|byte| *byte == b' ')
                .expect("a space");
            let said: usize = number(&record[..digits]).expect("a number");
            assert_eq!(said, record.len());
        }
    }

    #[test]
    fn times_have_nanoseconds_on_both_sides_of_1970() {
        for (text, seconds, nanoseconds) in [
            ("1700000000.123456789", 1_700_000_000, 123_456_789),
            ("1.5", 1, 500_000_000),
            ("7", 7, 0),
            ("0.0000000019", 0, 1),
            ("-1.25", -2, 750_000_000),
            ("-3", -3, 0),
        ] {
            let read = time(text.as_bytes()).expect(text);
            assert_eq!(read, TimeSpec::new(seconds, nanoseconds), "{text}");
        }
    }

    #[test]
    fn what_is_no_record_is_refused() {
        for (records, reason) in [
            (&b"x"[..], "without a length"),
            (b"-3 a=b\n", "no number"),
            (b"99 a=b\n", "doesn't end"),
            (b"0 a=b\n", "without a newline"),
            (b"6 a=bc", "without a newline"),
            (b"5 ab\n", "without a value"),
            (b"11 size=-1\n", "no number"),
            (b"99999999999999999999 a=b\n", "no number"),
            (b"20 GNU.sparse.map=0\n", "sparse files"),
        ] {
            let error = format!("{:#}", Extended::read(records).expect_err(reason));
            assert!(error.contains(reason), "{error}");
        }
    }
}
