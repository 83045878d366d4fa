//! Quantities as Kubernetes writes them: `250m`, `0.5`, `64Mi`, `64M`, `1e3`.
//!
//! A number, then a suffix. The decimal suffixes go by thousands, the binary
//! ones by 1024, and `m` is a thousandth: `64m` of memory is less than a byte.
//! Numbers are exact: there is no floating point here.
//!
//! Specification: Kubernetes API conventions, resource.Quantity.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context, Result, bail, ensure};

/// Parts of one that a quantity is exact to.
const NANO: u128 = 1_000_000_000;

/// A quantity that is not negative, in billionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quantity(u128);

/// What a suffix multiplies by, as a numerator and a denominator; `None` when
/// there is no such suffix. The empty suffix is 1.
pub fn factor(suffix: &str) -> Option<(u128, u128)> {
    // ANCHOR: suffix
    Some(match suffix {
        "n" => (1, 1_000_000_000),
        "u" => (1, 1_000_000),
        "m" => (1, 1_000),
        "" => (1, 1),
        "k" => (1_000, 1),
        "M" => (1_000_000, 1),
        "G" => (1_000_000_000, 1),
        "T" => (1_000_000_000_000, 1),
        "P" => (1_000_000_000_000_000, 1),
        "E" => (1_000_000_000_000_000_000, 1),
        "Ki" => (1 << 10, 1),
        "Mi" => (1 << 20, 1),
        "Gi" => (1 << 30, 1),
        "Ti" => (1 << 40, 1),
        "Pi" => (1 << 50, 1),
        "Ei" => (1 << 60, 1),
        _ => return None,
    })
    // ANCHOR_END: suffix
}

impl FromStr for Quantity {
    type Err = anyhow::Error;

    /// Reads a quantity. What is finer than a billionth is rounded up.
    fn from_str(text: &str) -> Result<Quantity> {
        let unsigned = text.strip_prefix('+').unwrap_or(text);
        let end = unsigned.find(|c: char| !c.is_ascii_digit() && c != '.');
        let (number, suffix) = unsigned.split_at(end.unwrap_or(unsigned.len()));
        ensure!(!text.starts_with('-'), "it is negative");
        ensure!(
            number.bytes().any(|byte| byte.is_ascii_digit()),
            "it doesn't begin with a number"
        );
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        ensure!(!fraction.contains('.'), "it has two points");
        let (numerator, denominator) = match exponent(suffix)? {
            Some(factor) => factor,
            None => factor(suffix).with_context(|| unknown(suffix))?,
        };
        // All digits as one number, and the point as a power of ten below it.
        let digits: u128 = format!("{whole}{fraction}").parse().context("too large")?;
        let point = u32::try_from(fraction.len()).ok();
        let below = point.and_then(|length| 10u128.checked_pow(length));
        let below = below.and_then(|below| below.checked_mul(denominator));
        let above = digits
            .checked_mul(numerator)
            .and_then(|product| product.checked_mul(NANO));
        let (Some(above), Some(below)) = (above, below) else {
            bail!("it has more digits than can be reckoned with");
        };
        let nano = above.div_ceil(below);
        ensure!(nano <= i64::MAX as u128 * NANO, "it is too large");
        Ok(Quantity(nano))
    }
}

impl Quantity {
    /// Thousandths, rounded up: the unit of CPU requests.
    pub fn millis(self) -> u64 {
        self.0.div_ceil(NANO / 1000) as u64
    }

    /// The whole number, or an error when it isn't one. Memory is counted in
    /// bytes, and a part of a byte is a mistake.
    pub fn whole(self) -> Result<u64> {
        if self.0 % NANO != 0 {
            bail!("{self} is no whole number (m is a thousandth, Mi a mebibyte)");
        }
        Ok((self.0 / NANO) as u64)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, nano) = (self.0 / NANO, self.0 % NANO);
        if nano == 0 {
            return write!(f, "{whole}");
        }
        let fraction = format!("{nano:09}");
        write!(f, "{whole}.{}", fraction.trim_end_matches('0'))
    }
}

/// `e3` and `E-3`: a power of ten. `E` alone is a suffix, a million million
/// million.
fn exponent(suffix: &str) -> Result<Option<(u128, u128)>> {
    let Some(power) = suffix.strip_prefix(['e', 'E']).filter(|p| !p.is_empty()) else {
        return Ok(None);
    };
    // `Ei` is exbibytes; anything else behind an `e` must be a number.
    if factor(suffix).is_some() {
        return Ok(None);
    }
    let power: i32 = power.parse().ok().with_context(|| unknown(suffix))?;
    let ten = 10u128.checked_pow(power.unsigned_abs());
    let ten = ten.context("its exponent is too large")?;
    Ok(Some(if power < 0 { (1, ten) } else { (ten, 1) }))
}

fn unknown(suffix: &str) -> String {
    format!(
        "unknown suffix {suffix:?}, must be one of n u m k M G T P E (by thousands) \
         or Ki Mi Gi Ti Pi Ei (by 1024)"
    )
}

/// Bytes in the largest binary unit that fits, to one decimal: `64Mi`, `1.5Gi`.
pub fn bytes(count: u64) -> String {
    let units = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    let power = (count.max(1).ilog2() / 10) as usize;
    let unit = 1u64 << (10 * power);
    let tenths = (count % unit) as u128 * 10 / unit as u128;
    match tenths {
        0 => format!("{}{}", count / unit, units[power]),
        _ => format!("{}.{tenths}{}", count / unit, units[power]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kubernetes_quantities_mean_what_they_mean_there() -> Result<()> {
        for (text, value) in [
            ("250m", "0.25"),
            ("0.5", "0.5"),
            (".5", "0.5"),
            ("5.", "5"),
            ("+2", "2"),
            ("64Mi", "67108864"),
            ("64M", "64000000"),
            ("1.5Gi", "1610612736"),
            ("1e3", "1000"),
            ("12E-1", "1.2"),
            ("1E", "1000000000000000000"),
            ("100n", "0.0000001"),
            ("0.1n", "0.000000001"),
            ("0", "0"),
        ] {
            let read: Quantity = text.parse().with_context(|| text.to_string())?;
            assert_eq!(read.to_string(), value, "{text}");
        }
        Ok(())
    }

    #[test]
    fn what_is_no_quantity_is_refused() {
        for text in [
            "", " ", "-1", "m", "Mi", ".", "1.2.3", "64MB", "64mb", "64KiB", "64K", "64 Mi",
            "0x10", "1e", "1e1e1", "1_000", "1,5", "9Ei", "1e40", "NaN", "inf", "٣",
        ] {
            assert!(text.parse::<Quantity>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn thousandths_of_a_byte_are_refused() {
        let read = |text: &str| text.parse::<Quantity>().expect("a quantity");
        assert!(read("64m").whole().is_err());
        assert_eq!(read("1.5Ki").whole().expect("whole"), 1536);
        assert_eq!(read("0.0001").millis(), 1);
    }

    #[test]
    fn bytes_are_shown_in_binary_units() {
        for (count, shown) in [
            (0, "0"),
            (1023, "1023"),
            (64 << 20, "64Mi"),
            (3 << 29, "1.5Gi"),
        ] {
            assert_eq!(bytes(count), shown);
        }
        assert_eq!(bytes(u64::MAX), "15.9Ei");
    }
}
