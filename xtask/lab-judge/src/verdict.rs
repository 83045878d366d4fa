//! From an outcome to a verdict.

use serde_json::Value;

use crate::lab::{Check, Diagnosis};
use crate::outcome::Outcome;
use crate::subset::{Difference, differences, fits};

/// What a learner is told about one check.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Everything the snapshot names was seen.
    Green,
    /// Your code.
    Red(Red),
    /// Not run: these tasks are unwritten. Those of earlier labs are written
    /// `lab-01-namespaces/hostname`.
    ToDo { tasks: Vec<String> },
    /// Your machine: the workbench could not be made and nothing ran.
    Machine {
        step: String,
        message: String,
        missing: Option<String>,
    },
}

/// Why a check is red.
#[derive(Debug, Clone, PartialEq)]
pub struct Red {
    pub cause: Cause,
    /// Fields that are not as the snapshot expects; only for
    /// [`Cause::Differs`].
    pub differences: Vec<Difference>,
    /// Ids of all diagnoses that fit what was seen, in the order of `lab.yaml`.
    pub diagnoses: Vec<String>,
    /// The tail of what the learner's program wrote, if it is known.
    pub stderr: String,
}

/// The kind of red.
#[derive(Debug, Clone, PartialEq)]
pub enum Cause {
    /// Something else was seen than the snapshot expects.
    Differs,
    /// The program's end left the check without anything to see.
    EndedBadly {
        code: Option<i32>,
        signal: Option<i32>,
        message: String,
    },
    /// The program did not end in time.
    TimedOut { seconds: f64 },
    /// The program wrote more than the check reads.
    TooMuchOutput { bytes: u64 },
    /// The check gave no answer, or one without an observation.
    NoObservation,
}

impl Cause {
    /// The cause's name in the JSON report.
    pub fn name(&self) -> &'static str {
        match self {
            Cause::Differs => "differs",
            Cause::EndedBadly { .. } => "ended-badly",
            Cause::TimedOut { .. } => "timed-out",
            Cause::TooMuchOutput { .. } => "too-much-output",
            Cause::NoObservation => "no-observation",
        }
    }
}

impl Verdict {
    /// The verdict's name in the JSON report.
    pub fn name(&self) -> &'static str {
        match self {
            Verdict::Green => "green",
            Verdict::Red(_) => "red",
            Verdict::ToDo { .. } => "to-do",
            Verdict::Machine { .. } => "machine",
        }
    }

    pub fn is_green(&self) -> bool {
        matches!(self, Verdict::Green)
    }
}

/// Judges one check. `None` is a check that gave no answer: red, whatever the
/// reason.
pub(crate) fn judge(check: &Check, snapshot: &Value, outcome: Option<&Outcome>) -> Verdict {
    let red = |cause, stderr: &str| {
        Verdict::Red(Red {
            cause,
            differences: Vec::new(),
            diagnoses: Vec::new(),
            stderr: stderr.to_owned(),
        })
    };
    match outcome {
        Some(Outcome::Observed { observation, .. }) if observation.is_object() => {
            differing(check, snapshot, observation)
        }
        Some(Outcome::Observed { .. }) | None => red(Cause::NoObservation, ""),
        Some(Outcome::EndedBadly {
            code,
            signal,
            message,
            stderr,
        }) => {
            let cause = Cause::EndedBadly {
                code: *code,
                signal: *signal,
                message: message.clone(),
            };
            red(cause, stderr)
        }
        Some(Outcome::TimedOut { seconds, stderr }) => {
            red(Cause::TimedOut { seconds: *seconds }, stderr)
        }
        Some(Outcome::TooMuchOutput { bytes }) => red(Cause::TooMuchOutput { bytes: *bytes }, ""),
        Some(Outcome::Machine {
            step,
            message,
            missing,
        }) => Verdict::Machine {
            step: step.clone(),
            message: message.clone(),
            missing: missing.clone(),
        },
    }
}

fn differing(check: &Check, snapshot: &Value, observation: &Value) -> Verdict {
    let differences = differences(snapshot, observation);
    if differences.is_empty() {
        return Verdict::Green;
    }
    let shown = |diagnosis: &&Diagnosis| fits(&diagnosis.when, observation);
    Verdict::Red(Red {
        cause: Cause::Differs,
        differences,
        diagnoses: check
            .diagnoses
            .iter()
            .filter(shown)
            .map(|d| d.id.clone())
            .collect(),
        stderr: String::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check() -> Check {
        let text = "{id: name, task: t, says: s, diagnoses: [
            {id: outside, when: {host: changed}, says: a},
            {id: empty, when: {name: ''}, says: b}]}";
        serde_yaml::from_str(text).expect("a check")
    }

    fn seen(observation: Value) -> Verdict {
        let snapshot = json!({"host": "kept", "name": "asked"});
        let outcome = Outcome::Observed {
            observation,
            seconds: 0.1,
        };
        judge(&check(), &snapshot, Some(&outcome))
    }

    #[test]
    fn green_needs_every_named_field() {
        assert_eq!(
            seen(json!({"host": "kept", "name": "asked", "more": 1})),
            Verdict::Green
        );
        for observation in [
            json!({}),
            json!({"host": "kept"}),
            json!({"host": "kept", "name": "x"}),
        ] {
            assert!(!seen(observation.clone()).is_green(), "{observation}");
        }
    }

    #[test]
    fn all_diagnoses_that_fit_are_named() {
        let Verdict::Red(red) = seen(json!({"host": "changed", "name": ""})) else {
            panic!("not red");
        };
        assert_eq!(red.diagnoses, ["outside", "empty"]);
        assert_eq!(red.differences.len(), 2);
    }

    #[test]
    fn no_answer_and_no_object_are_red() {
        let silent = judge(&check(), &json!({"a": 1}), None);
        for verdict in [
            silent,
            seen(json!(null)),
            seen(json!([])),
            seen(json!("green")),
        ] {
            let Verdict::Red(red) = verdict else {
                panic!("not red")
            };
            assert_eq!(red.cause, Cause::NoObservation);
        }
    }

    #[test]
    fn only_the_workbench_makes_it_the_machines() {
        let machine = Outcome::Machine {
            step: "overlay of /usr".into(),
            message: "mount: operation not permitted".into(),
            missing: None,
        };
        let verdict = |outcome: &Outcome| judge(&check(), &json!({"a": 1}), Some(outcome)).name();
        assert_eq!(verdict(&machine), "machine");
        let late = Outcome::TimedOut {
            seconds: 20.0,
            stderr: String::new(),
        };
        assert_eq!(verdict(&late), "red");
        assert_eq!(verdict(&Outcome::TooMuchOutput { bytes: 1 }), "red");
    }
}
