//! A name that is made of what it names: the SHA-256 of a file.

use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// `sha256:` and 64 hexadecimal digits in lower case (OCI image specification,
/// descriptor.md). No other algorithm is accepted. It can be part of a path:
/// [`Digest::hex`] has no character that means something there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest(String);

const ALGORITHM: &str = "sha256:";

impl Digest {
    /// Of these bytes.
    pub fn of(bytes: &[u8]) -> Digest {
        Digest::finished(Sha256::new_with_prefix(bytes))
    }

    fn finished(hasher: Sha256) -> Digest {
        let hex = hasher
            .finalize()
            .into_iter()
            .map(|byte| format!("{byte:02x}"));
        Digest(hex.collect())
    }

    /// The 64 digits.
    pub fn hex(&self) -> &str {
        &self.0
    }

    /// The first twelve digits, as people see them.
    pub fn short(&self) -> &str {
        &self.0[..12]
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{ALGORITHM}{}", self.0)
    }
}

impl FromStr for Digest {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Digest> {
        let hex = text.strip_prefix(ALGORITHM).unwrap_or_default();
        let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        ensure!(
            hex.len() == 64 && hex.bytes().all(digit),
            "digest {text:?}: must be sha256: and 64 hexadecimal digits"
        );
        Ok(Digest(hex.into()))
    }
}

impl TryFrom<String> for Digest {
    type Error = anyhow::Error;

    fn try_from(text: String) -> Result<Digest> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> String {
        digest.to_string()
    }
}

/// A writer that keeps nothing but the digest of what it was given.
#[derive(Clone, Debug, Default)]
pub struct Digester(Sha256);

impl Digester {
    pub fn new() -> Digester {
        Digester::default()
    }

    /// Of all that was written.
    pub fn finish(self) -> Digest {
        Digest::finished(self.0)
    }
}

impl Write for Digester {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_a_path_is_no_digest() {
        // FIPS 180-4, of the empty text.
        let empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Digest::of(b"").to_string(), empty);
        assert_eq!(Digester::new().finish(), empty.parse().expect("a digest"));
        for bad in [
            "",
            "sha256:",
            "sha256:../../../../../../../../../../../../../../../../../../../../../etc",
            &empty.to_uppercase(),
            &empty[..70],
            &empty[7..],
            &format!("{empty}0"),
            &empty.replace("sha256", "sha512"),
        ] {
            assert!(bad.parse::<Digest>().is_err(), "{bad}");
        }
    }
}
