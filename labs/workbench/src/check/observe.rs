//! One check on a workbench of its own, from its name to its outcome.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use lab_judge::{Outcome, Report};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::turn::Turn;
use crate::bench::{Bench, End, Ended};
use crate::program::NoAnswer;
use crate::scenario::Lacking;

/// How long one check may take. Everything a scenario waits for has a shorter
/// limit of its own; this one ends what none of them catches.
const LIMIT: Duration = Duration::from_secs(30);

/// What the observer tells the judge.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// The scenario ran through.
    Observed(Value),
    /// The learner's program left the scenario without an answer.
    NoAnswer(NoAnswer),
    /// The machine has not what the scenario has to look at.
    Lacking(Lacking),
    /// The scenario itself could not go on.
    Failed(String),
}

impl Answer {
    pub fn of(result: anyhow::Result<Value>) -> Answer {
        let error = match result {
            Ok(observation) => return Answer::Observed(observation),
            Err(error) => error,
        };
        let other = |error: anyhow::Error| match error.downcast::<Lacking>() {
            Ok(lacking) => Answer::Lacking(lacking),
            Err(error) => Answer::Failed(format!("{error:#}")),
        };
        error
            .downcast::<NoAnswer>()
            .map_or_else(other, Answer::NoAnswer)
    }
}

/// Runs one check of `binary` on a new workbench, when its turn has come.
pub fn observe(binary: &Path, check: &str, alone: bool) -> Report {
    let _turn = Turn::take(alone);
    let begun = Instant::now();
    let report = |outcome| Report {
        check: check.to_string(),
        outcome,
    };
    let programs = match Programs::now(binary) {
        Ok(programs) => programs,
        Err(error) => return report(machine("find the check's own program", &error)),
    };
    let own = programs.own.clone();
    let mut bench = Bench::new().time_limit(LIMIT);
    for program in [own.as_path(), binary] {
        bench = bench.show(program.parent().unwrap_or(program));
    }
    let command: [OsString; 4] = [
        own.clone().into(),
        "inside".into(),
        check.into(),
        binary.into(),
    ];
    let ended = bench.run(&command);
    // What was seen of a program that was another a moment later is worth
    // nothing, green or red.
    if !programs.are_as_they_were() {
        return report(Outcome::Machine {
            step: "run the check's own program".into(),
            message: "it, or the lab's program, was built anew meanwhile".into(),
            missing: Some("nothing; run the command again when the other build has ended".into()),
        });
    }
    match ended {
        Ok(ended) => report(outcome(ended, begun)),
        Err(error) => report(Outcome::Machine {
            message: error.message,
            step: error.step,
            missing: error.missing,
        }),
    }
}

/// The two programs of a check, by what tells a file from the next of its name:
/// whoever builds in another terminal exchanges them.
struct Programs {
    own: PathBuf,
    binary: PathBuf,
    were: [Option<(u64, u64)>; 2],
}

impl Programs {
    fn now(binary: &Path) -> io::Result<Programs> {
        let own = std::env::current_exe()?;
        // Not the file of that name, which may be the next one already.
        let running = Path::new("/proc/self/exe");
        Ok(Programs {
            were: [running, binary].map(file),
            own,
            binary: binary.to_owned(),
        })
    }

    fn are_as_they_were(&self) -> bool {
        [self.own.as_path(), &self.binary].map(file) == self.were
    }
}

/// Which file a path leads to; `None` when to none.
fn file(path: &Path) -> Option<(u64, u64)> {
    fs::metadata(path).ok().map(|at| (at.dev(), at.ino()))
}

fn machine(step: &str, error: &dyn std::error::Error) -> Outcome {
    Outcome::Machine {
        step: step.to_string(),
        message: error.to_string(),
        missing: None,
    }
}

fn outcome(ended: Ended, begun: Instant) -> Outcome {
    let seconds = begun.elapsed().as_secs_f64();
    let stderr = tail(&ended.stderr);
    let (code, signal) = match ended.end {
        End::TimeLimit => return Outcome::TimedOut { seconds, stderr },
        End::OutputLimit => {
            let bytes = (ended.stdout.len() + ended.stderr.len()) as u64;
            return Outcome::TooMuchOutput { bytes };
        }
        End::Code(code) => (Some(code), None),
        End::Signal(signal) => (None, Some(signal)),
    };
    match serde_json::from_slice(&ended.stdout) {
        Ok(Answer::Observed(observation)) => Outcome::Observed {
            observation,
            seconds,
        },
        Ok(Answer::NoAnswer(no_answer)) => no_answer.outcome(),
        Ok(Answer::Lacking(lacking)) => Outcome::Machine {
            step: lacking.step,
            message: lacking.message,
            missing: Some(lacking.missing),
        },
        Ok(Answer::Failed(message)) => Outcome::EndedBadly {
            code: None,
            signal: None,
            message,
            stderr,
        },
        // The observer was ended, or its words were cut off: on a workbench
        // only the learner's program can have done that.
        Err(_) => Outcome::EndedBadly {
            code,
            signal,
            message: "the check was ended before it could answer".into(),
            stderr,
        },
    }
}

/// The end of what a program wrote, at most 2,000 bytes of it.
pub fn tail(text: &[u8]) -> String {
    let from = text.len().saturating_sub(2000);
    String::from_utf8_lossy(&text[from..]).trim().to_string()
}
