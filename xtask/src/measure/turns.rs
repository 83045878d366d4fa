//! Timing whole processes, in turns.
//!
//! A machine that slows down slows both sides of a turn, so what is compared is
//! what one turn has seen. Who begins changes from turn to turn: the second may
//! find the caches warm, or the processor hot.

use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use super::family::Samples;

/// Runs both `turns` times, after one turn that isn't counted.
///
/// # Errors
/// One can't be started, or fails.
pub fn in_turns(ours: &mut Command, peer: &mut Command, turns: usize) -> Result<Samples> {
    take(turns, || time(ours), || time(peer))
}

/// The same for whatever can be timed: each closure returns seconds.
///
/// # Errors
/// As the closures.
pub fn take(
    turns: usize,
    mut ours: impl FnMut() -> Result<f64>,
    mut peer: impl FnMut() -> Result<f64>,
) -> Result<Samples> {
    ours()?;
    peer()?;
    let mut samples = Samples::default();
    for turn in 0..turns {
        let (a, b) = if turn % 2 == 0 {
            let a = ours()?;
            (a, peer()?)
        } else {
            let b = peer()?;
            (ours()?, b)
        };
        samples.ours.push(a);
        samples.peer.push(b);
    }
    Ok(samples)
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

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn sides_take_turns_in_beginning_and_the_first_turn_does_not_count() {
        let order = RefCell::new(String::new());
        let side = |name, seconds| {
            let order = &order;
            move || {
                order.borrow_mut().push(name);
                Ok(seconds)
            }
        };
        let samples = take(3, side('a', 1.0), side('b', 2.0)).expect("times");
        assert_eq!(*order.borrow(), "ababbaab");
        assert_eq!((samples.ours.len(), samples.peer), (3, vec![2.0; 3]));
    }

    #[test]
    fn a_command_that_fails_is_not_a_figure() {
        assert!(time(&mut Command::new("/bin/false")).is_err());
        assert!(time(&mut Command::new("/nonexistent")).is_err());
    }
}
