//! Timing whole processes, in turns.

use std::fmt;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use super::Figure;

/// Seconds of the runs of one command, sorted.
#[derive(Clone, Debug)]
pub struct Times(Vec<f64>);

/// Two commands measured in turns.
#[derive(Clone, Debug)]
pub struct Pair {
    pub ours: Times,
    pub peer: Times,
}

impl Times {
    pub fn of(mut seconds: Vec<f64>) -> Times {
        seconds.sort_by(f64::total_cmp);
        Times(seconds)
    }

    /// The middle one; of an even number the higher of the two.
    pub fn median(&self) -> f64 {
        self.0.get(self.0.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

/// Runs both `runs` times in turns, after one run of each that isn't counted.
///
/// # Errors
/// One can't be started, or fails.
pub fn in_turns(ours: &mut Command, peer: &mut Command, runs: usize) -> Result<Pair> {
    let (mut a, mut b) = (Vec::new(), Vec::new());
    for run in 0..=runs {
        let (first, second) = (time(ours)?, time(peer)?);
        if run > 0 {
            a.push(first);
            b.push(second);
        }
    }
    Ok(Pair {
        ours: Times::of(a),
        peer: Times::of(b),
    })
}

/// Seconds from a command's start to its end.
///
/// # Errors
/// It can't be started, or fails.
pub fn time(command: &mut Command) -> Result<f64> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let begun = Instant::now();
    let status = command
        .status()
        .with_context(|| format!("start {command:?}"))?;
    let seconds = begun.elapsed().as_secs_f64();
    if !status.success() {
        bail!("{command:?}: {status}");
    }
    Ok(seconds)
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |seconds: f64| match seconds {
            s if s >= 1.0 => format!("{s:.1} s"),
            s => format!("{:.1} ms", s * 1000.0),
        };
        write!(f, "{}", of(self.median()))?;
        match (self.0.first(), self.0.last()) {
            (Some(least), Some(most)) if self.0.len() > 1 => {
                write!(f, " [{}–{}]", of(*least), of(*most))
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.what)?;
        write!(f, "  {}", self.ours)?;
        if let Some((name, peer)) = &self.peer {
            let ratio = self.ours.median() / peer.median();
            let more = (self.ours.median() - peer.median()) * 1000.0;
            write!(
                f,
                "; {name} {peer}; ratio {ratio:.2}, difference {more:.0} ms"
            )?;
        }
        write!(f, "\n  goal: {}", self.goal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_ignores_one_slow_run() {
        assert_eq!(Times::of(vec![1.0, 900.0, 2.0]).median(), 2.0);
    }

    #[test]
    fn a_command_that_fails_is_not_a_figure() {
        assert!(time(&mut Command::new("/bin/false")).is_err());
        assert!(time(&mut Command::new("/nonexistent")).is_err());
    }
}
