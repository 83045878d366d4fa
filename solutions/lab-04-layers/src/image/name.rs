//! What an image is called: by people, and as a file of the store.

use std::fmt;
use std::str::FromStr;

use anyhow::{Result, bail, ensure};
use serde::{Deserialize, Serialize};

/// The name of an image: `[HOST/]PATH:TAG`. A tag that isn't written is
/// `latest`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

impl Name {
    /// A file's name that stands for it, and for no other.
    pub(crate) fn file(&self) -> String {
        // `%` is in no name.
        format!("{}.json", self.0.replace('/', "%"))
    }
}

impl FromStr for Name {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Name> {
        let (path, tag) = match text.rsplit_once(':') {
            // The colon of HOST:PORT/PATH.
            Some((_, rest)) if rest.contains('/') => (text, "latest"),
            Some((path, tag)) => (path, tag),
            None => (text, "latest"),
        };
        ensure!(
            path.len() + tag.len() < 200,
            "image {text:?}: the name is too long"
        );
        if !path.split('/').enumerate().all(good_part) || path.is_empty() {
            bail!(
                "image {text:?}: a name is of small letters, digits, and . _ - between them; \
                 / separates its parts"
            );
        }
        let tag_char = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
        if tag.is_empty() || tag.starts_with(['.', '-']) || !tag.chars().all(tag_char) {
            bail!("image {text:?}: a tag is of letters, digits, and _ . -");
        }
        Ok(Name(format!("{path}:{tag}")))
    }
}

/// One part of a name's path. The first may be a host with a port.
fn good_part((index, part): (usize, &str)) -> bool {
    let (part, port) = match (index, part.split_once(':')) {
        (0, Some((host, port))) => (host, port),
        _ => (part, "0"),
    };
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    let edge = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    part.starts_with(edge)
        && part.ends_with(edge)
        && part.chars().all(inner)
        && !port.is_empty()
        && port.bytes().all(|byte| byte.is_ascii_digit())
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Name {
    type Error = anyhow::Error;

    fn try_from(text: String) -> Result<Name> {
        text.parse()
    }
}

impl From<Name> for String {
    fn from(name: Name) -> String {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_whole_and_stay_in_their_directory() {
        for (text, whole) in [
            ("busybox", "busybox:latest"),
            ("busybox:1.36", "busybox:1.36"),
            ("library/busybox", "library/busybox:latest"),
            ("localhost:5000/a/b", "localhost:5000/a/b:latest"),
            ("localhost:5000/a:V1", "localhost:5000/a:V1"),
        ] {
            let name: Name = text.parse().expect(text);
            assert_eq!(name.to_string(), whole);
            assert!(!name.file().contains('/'));
        }
        for bad in [
            "",
            ":",
            "a:",
            ":a",
            "/",
            "a/",
            "/a",
            "a//b",
            "../a",
            "a/..",
            ".",
            "A",
            "a b",
            "a%b",
            "a:b:c/d:e:f",
            "-a",
            "a:-b",
            "a:../b",
            "localhost:/a",
            "a/b:5000/c",
        ] {
            assert!(bad.parse::<Name>().is_err(), "{bad}");
        }
    }
}
