//! What the user should hear of a container's limits: nobody understands a bare
//! exit code 137, or a program that is slow for no reason that it can see.

use std::fmt;

use crate::limits::Limits;
use crate::quantity::bytes;
use crate::settings::PERIOD;
use crate::stats::Stats;

/// One thing that a limit has done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The memory limit, in bytes, was reached, and the kernel killed this many
    /// processes. Without a limit of its own, memory ran out further up.
    OutOfMemory { kills: u64, limit: Option<u64> },
    /// The container was held back by its quota of `cpus` thousandths.
    Throttled {
        throttled: u64,
        periods: u64,
        usec: u64,
        cpus: u64,
    },
    /// The limit of processes was reached, and this many were refused.
    Refused { times: u64, limit: u64 },
}

/// What has to be told. The limits say what was asked for, the statistics what
/// came of it; how the command ended says nothing: whoever sends SIGKILL makes
/// an exit code of 137, too.
pub fn tell(limits: &Limits, stats: &Stats) -> Vec<Note> {
    // ANCHOR: tell
    let mut notes = Vec::new();
    let kills = stats.oom_kills.unwrap_or(0);
    if kills > 0 {
        let limit = limits.memory;
        notes.push(Note::OutOfMemory { kills, limit });
    }
    if let (Some(cpus), Some(throttled @ 1..)) = (limits.cpus, stats.throttled) {
        notes.push(Note::Throttled {
            throttled,
            periods: stats.periods.unwrap_or(0),
            usec: stats.throttled_usec.unwrap_or(0),
            cpus,
        });
    }
    if let (Some(limit), Some(times @ 1..)) = (limits.pids, stats.refused) {
        notes.push(Note::Refused { times, limit });
    }
    notes
    // ANCHOR_END: tell
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::OutOfMemory { kills, limit } => {
                match limit {
                    Some(limit) => write!(f, "the memory limit of {} was reached", bytes(*limit))?,
                    None => f.write_str("memory ran out, not by a limit of this container")?,
                }
                write!(f, ": the kernel killed {}", counted(*kills, "process"))
            }
            Note::Throttled {
                throttled,
                periods,
                usec,
                cpus,
            } => write!(
                f,
                "the CPU limit of {} held it back in {throttled} of {} of {} ms, for {}.{:03} s in all",
                *cpus as f64 / 1000.0,
                counted(*periods, "period"),
                PERIOD / 1000,
                usec / 1_000_000,
                usec / 1000 % 1000,
            ),
            Note::Refused { times, limit } => write!(
                f,
                "the limit of {} was reached: a new one was refused {}",
                counted(*limit, "process"),
                counted(*times, "time"),
            ),
        }
    }
}

fn counted(count: u64, what: &str) -> String {
    let plural = if what.ends_with('s') { "es" } else { "s" };
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}{plural}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(limits: Limits, stats: Stats) -> Vec<String> {
        tell(&limits, &stats).iter().map(Note::to_string).collect()
    }

    #[test]
    fn only_what_happened_is_told() {
        let limits = Limits {
            cpus: Some(200),
            memory: Some(64 << 20),
            pids: Some(32),
            ..Limits::default()
        };
        let quiet = Stats {
            periods: Some(9),
            throttled: Some(0),
            oom_kills: Some(0),
            refused: Some(0),
            ..Stats::default()
        };
        assert!(words(limits.clone(), quiet.clone()).is_empty());
        assert!(words(limits.clone(), Stats::default()).is_empty());
        let loud = Stats {
            periods: Some(9),
            throttled: Some(7),
            throttled_usec: Some(1_234_567),
            oom_kills: Some(1),
            refused: Some(3),
            ..quiet
        };
        assert_eq!(
            words(limits, loud.clone()),
            [
                "the memory limit of 64Mi was reached: the kernel killed 1 process",
                "the CPU limit of 0.2 held it back in 7 of 9 periods of 100 ms, for 1.234 s in all",
                "the limit of 32 processes was reached: a new one was refused 3 times",
            ]
        );
        // Limits further up throttle and refuse as well; that isn't ours to tell.
        assert_eq!(
            words(Limits::default(), loud),
            ["memory ran out, not by a limit of this container: the kernel killed 1 process"]
        );
    }
}
