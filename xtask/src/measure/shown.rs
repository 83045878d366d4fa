//! Numbers as they are read, on the screen and in the book.

use super::family::Goal;
use super::statistics::Quantity;

/// A tenth of a second and more is told in seconds.
const IN_SECONDS: f64 = 0.1;

/// `12.1 ms`, `0.42 s`, `38.2 s`.
pub fn seconds(seconds: f64) -> String {
    match seconds.abs() {
        s if s >= 1.0 => format!("{seconds:.1} s"),
        s if s >= IN_SECONDS => format!("{seconds:.2} s"),
        _ => format!("{:.1} ms", seconds * 1000.0),
    }
}

/// A number somebody chose: `20 ms`, `0.7 s`.
pub fn round_seconds(seconds: f64) -> String {
    let rounded = |number: f64| (number * 1e3).round() / 1e3;
    match seconds {
        s if s >= IN_SECONDS => format!("{} s", rounded(s)),
        s => format!("{} ms", rounded(s * 1000.0)),
    }
}

/// From one value to another, with one unit: `11.9–12.4 ms`, `0.33–0.36 ×`.
pub fn range(quantity: Quantity, (low, high): (f64, f64)) -> String {
    match quantity {
        Quantity::Ratio => format!("{low:.2}–{high:.2} ×"),
        _ if high.abs() >= IN_SECONDS => format!("{low:.2}–{high:.2} s"),
        _ => format!("{:.1}–{:.1} ms", low * 1000.0, high * 1000.0),
    }
}

/// `≤ 20 ms`, `≤ 0.4 ×`, `≤ +0.7 s`.
pub fn goal(goal: Goal) -> String {
    let time = round_seconds;
    match goal {
        Goal::Ours(most) => format!("≤ {}", time(most)),
        Goal::Ratio(most) => format!("≤ {most} ×"),
        Goal::More(most) => format!("≤ +{}", time(most)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_unit_they_are_read_in() {
        assert_eq!(seconds(0.01214), "12.1 ms");
        assert_eq!(seconds(0.7), "0.70 s");
        assert_eq!(seconds(38.21), "38.2 s");
        assert_eq!(range(Quantity::More, (-0.01, 0.02)), "-10.0–20.0 ms");
        assert_eq!(range(Quantity::Ratio, (0.333, 0.361)), "0.33–0.36 ×");
        assert_eq!(goal(Goal::Ours(0.020)), "≤ 20 ms");
        assert_eq!(goal(Goal::More(0.7)), "≤ +0.7 s");
        assert_eq!(goal(Goal::Ratio(0.4)), "≤ 0.4 ×");
    }
}
