//! Numbers as they are read, on the screen and in the book.

use super::family::{Goal, Unit};
use super::statistics::Quantity;

/// A tenth of a second and more is told in seconds.
const IN_SECONDS: f64 = 0.1;

const MEBIBYTE: f64 = 1024.0 * 1024.0;

/// `12.1 ms`, `0.42 s`, `38.2 s`; `3.4 MiB`.
pub fn amount(unit: Unit, number: f64) -> String {
    match (unit, number.abs()) {
        (Unit::Bytes, _) => format!("{:.1} MiB", number / MEBIBYTE),
        (Unit::Seconds, s) if s >= 1.0 => format!("{number:.1} s"),
        (Unit::Seconds, s) if s >= IN_SECONDS => format!("{number:.2} s"),
        (Unit::Seconds, _) => format!("{:.1} ms", number * 1000.0),
    }
}

/// A number somebody chose: `20 ms`, `0.7 s`, `4 MiB`.
pub fn round_amount(unit: Unit, number: f64) -> String {
    let rounded = |number: f64| (number * 1e3).round() / 1e3;
    match (unit, number) {
        (Unit::Bytes, bytes) => format!("{} MiB", rounded(bytes / MEBIBYTE)),
        (Unit::Seconds, s) if s >= IN_SECONDS => format!("{} s", rounded(s)),
        (Unit::Seconds, s) => format!("{} ms", rounded(s * 1000.0)),
    }
}

/// From one value to another, with one unit: `11.9–12.4 ms`, `0.33–0.36 ×`.
pub fn range(unit: Unit, quantity: Quantity, (low, high): (f64, f64)) -> String {
    match (quantity, unit) {
        (Quantity::Ratio, _) => format!("{low:.2}–{high:.2} ×"),
        (_, Unit::Bytes) => format!("{:.1}–{:.1} MiB", low / MEBIBYTE, high / MEBIBYTE),
        _ if high.abs() >= IN_SECONDS => format!("{low:.2}–{high:.2} s"),
        _ => format!("{:.1}–{:.1} ms", low * 1000.0, high * 1000.0),
    }
}

/// `≤ 20 ms`, `≤ 0.4 ×`, `≤ +0.7 s`.
pub fn goal(unit: Unit, goal: Goal) -> String {
    match goal {
        Goal::Ours(most) => format!("≤ {}", round_amount(unit, most)),
        Goal::Ratio(most) => format!("≤ {most} ×"),
        Goal::More(most) => format!("≤ +{}", round_amount(unit, most)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_unit_they_are_read_in() {
        let seconds = Unit::Seconds;
        assert_eq!(amount(seconds, 0.01214), "12.1 ms");
        assert_eq!(amount(seconds, 0.7), "0.70 s");
        assert_eq!(amount(seconds, 38.21), "38.2 s");
        assert_eq!(amount(Unit::Bytes, 3_565_158.0), "3.4 MiB");
        let range = |quantity, values| range(seconds, quantity, values);
        assert_eq!(range(Quantity::More, (-0.01, 0.02)), "-10.0–20.0 ms");
        assert_eq!(range(Quantity::Ratio, (0.333, 0.361)), "0.33–0.36 ×");
        assert_eq!(goal(seconds, Goal::Ours(0.020)), "≤ 20 ms");
        assert_eq!(goal(seconds, Goal::More(0.7)), "≤ +0.7 s");
        assert_eq!(goal(seconds, Goal::Ratio(0.4)), "≤ 0.4 ×");
        let eight = 8.0 * 1024.0 * 1024.0;
        assert_eq!(goal(Unit::Bytes, Goal::Ours(eight)), "≤ 8 MiB");
    }
}
