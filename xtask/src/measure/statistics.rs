//! What times say, and whether they say enough.
//!
//! Times of processes aren't normally distributed: most are alike, a few are
//! slow. So the middle one stands for all, the middle half shows the spread, and
//! a goal is judged by an interval that contains the true median with 95 %
//! whatever the distribution: between two ranks that a coin would decide. A goal
//! inside this interval is neither met nor missed.

use super::family::{Goal, Samples};

/// What is judged, or shown, of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Seconds of ours.
    Ours,
    /// Ours as a multiple of the peer's.
    Ratio,
    /// Seconds ours takes longer.
    More,
}

/// Whether what was promised holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Met,
    Missed,
    /// The spread is too wide, or the machine was too busy, to say.
    Open,
    /// Nothing was promised.
    NoGoal,
    /// The peer isn't installed.
    Skipped,
}

/// A number of times, or of ratios of times.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    pub runs: usize,
    pub median: f64,
    /// A quarter is below, a quarter above.
    pub middle_half: (f64, f64),
    /// Contains the true median, with 95 %; of fewer than six runs all there are.
    pub interval: (f64, f64),
}

impl Summary {
    /// None of nothing.
    pub fn of(values: &[f64]) -> Option<Summary> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let runs = sorted.len();
        let last = runs.checked_sub(1)?;
        let rank = rank(runs);
        let pair = |from: usize| (sorted[from], sorted[last - from]);
        Some(Summary {
            runs,
            median: (sorted[last / 2] + sorted[runs / 2]) / 2.0,
            middle_half: pair(runs / 4),
            interval: pair(rank),
        })
    }
}

/// How many of the least and of the greatest values lie outside the interval of
/// `runs`. Each value lies below the median as a coin falls, so the number below
/// is binomial; at most 2.5 % are given away on either side.
fn rank(runs: usize) -> usize {
    // The probability of exactly `below` values below the median, from 0 on.
    let mut exactly = 0.5_f64.powi(runs as i32);
    let mut sum = exactly;
    let mut below = 0;
    while sum <= 0.025 {
        exactly *= (runs - below) as f64 / (below + 1) as f64;
        sum += exactly;
        below += 1;
    }
    below.saturating_sub(1)
}

/// What is judged of a figure with this goal; without one, what is shown.
pub fn quantity(goal: Option<Goal>, compared: bool) -> Quantity {
    match goal {
        Some(Goal::Ours(_)) => Quantity::Ours,
        Some(Goal::Ratio(_)) => Quantity::Ratio,
        Some(Goal::More(_)) => Quantity::More,
        None if compared => Quantity::Ratio,
        None => Quantity::Ours,
    }
}

/// The values of a quantity, turn by turn.
pub fn values(samples: &Samples, quantity: Quantity) -> Vec<f64> {
    let pairs = samples.ours.iter().zip(&samples.peer);
    match quantity {
        Quantity::Ours => samples.ours.clone(),
        Quantity::Ratio => pairs.map(|(ours, peer)| ours / peer).collect(),
        Quantity::More => pairs.map(|(ours, peer)| ours - peer).collect(),
    }
}

/// Judges. What a busy machine has slowed isn't missed.
pub fn judge(goal: Option<Goal>, judged: &Summary, busy: bool) -> Verdict {
    let Some(Goal::Ours(most) | Goal::Ratio(most) | Goal::More(most)) = goal else {
        return Verdict::NoGoal;
    };
    match judged.interval {
        (_, high) if high <= most => Verdict::Met,
        (low, _) if low > most && !busy => Verdict::Missed,
        _ => Verdict::Open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(values: &[f64]) -> Summary {
        Summary::of(values).expect("values")
    }

    #[test]
    fn the_median_ignores_one_slow_run() {
        assert_eq!(summary(&[1.0, 900.0, 2.0]).median, 2.0);
        assert_eq!(summary(&[1.0, 2.0, 3.0, 900.0]).median, 2.5);
        assert_eq!(Summary::of(&[]), None);
    }

    /// The ranks of published tables of the sign test.
    #[test]
    fn the_interval_is_the_sign_tests() {
        for (runs, outside) in [
            (1, 0),
            (2, 0),
            (5, 0),
            (6, 0),
            (8, 0),
            (9, 1),
            (20, 5),
            (50, 17),
            (100, 39),
        ] {
            assert_eq!(rank(runs), outside, "{runs} runs");
        }
        let values: Vec<f64> = (1..=20).map(f64::from).collect();
        assert_eq!(summary(&values).interval, (6.0, 15.0));
        assert_eq!(summary(&values).middle_half, (6.0, 15.0));
    }

    #[test]
    fn a_goal_inside_the_interval_is_open() {
        let values: Vec<f64> = (1..=20).map(f64::from).collect();
        let judged = summary(&values);
        let of = |most, busy| judge(Some(Goal::Ours(most)), &judged, busy);
        assert_eq!(of(15.0, false), Verdict::Met);
        assert_eq!(of(15.0, true), Verdict::Met);
        assert_eq!(of(10.0, false), Verdict::Open);
        assert_eq!(of(5.0, false), Verdict::Missed);
        assert_eq!(of(5.0, true), Verdict::Open);
        assert_eq!(judge(None, &judged, false), Verdict::NoGoal);
    }

    #[test]
    fn ratios_are_of_one_turn() {
        // A machine twice as slow in the second turn changes no ratio.
        let samples = Samples {
            ours: vec![1.0, 2.0],
            peer: vec![4.0, 8.0],
        };
        assert_eq!(values(&samples, Quantity::Ratio), [0.25, 0.25]);
        assert_eq!(values(&samples, Quantity::More), [-3.0, -6.0]);
    }
}
