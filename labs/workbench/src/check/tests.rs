//! The check binary under `cargo test` and an editor's run button.
//!
//! The same checks, judged by the same judge as `cargo xtask check` uses. A
//! check whose task is still to be written is reported as ignored.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use lab_judge::{Cause, Check, Difference, Lab, Red, Verdict};
use libtest_mimic::{Arguments, Failed, Trial};

use super::{Facts, alone, observe};
use crate::scenario::Scenario;

pub fn run(facts: &Facts, scenarios: &'static [Scenario]) -> ExitCode {
    let arguments = Arguments::from_args();
    match trials(facts, scenarios) {
        Ok(trials) => libtest_mimic::run(&arguments, trials).exit_code(),
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn trials(facts: &Facts, scenarios: &'static [Scenario]) -> Result<Vec<Trial>> {
    let lab = Arc::new(Lab::load(&lab_directory(&facts.package)?)?);
    let unwritten = lab.unwritten(&facts.package)?;
    let earlier = lab.unwritten_earlier(&facts.package)?;
    let mut trials = Vec::new();
    for check in lab.lab.checks_in_task_order() {
        let waiting = lab.to_do(check, &unwritten, &earlier).is_some();
        let known = scenarios.iter().any(|scenario| scenario.name == check.id);
        let alone = alone(scenarios, &check.id);
        let (of, binary, check) = (lab.clone(), facts.binary.clone(), check.clone());
        let trial = Trial::test(check.id.clone(), move || {
            if !known {
                return Err(Failed::from("no scenario is named like this check"));
            }
            let outcome = observe(&binary, &check.id, alone).outcome;
            explain(&check, of.judge(&check, Some(&outcome)))
        });
        let kind = if waiting { "to do" } else { "" };
        trials.push(trial.with_ignored_flag(waiting).with_kind(kind));
    }
    Ok(trials)
}

/// `labs/lab-NN-…`, also for a package in `solutions/`: the checks are there.
fn lab_directory(package: &Path) -> Result<PathBuf> {
    let name = package
        .file_name()
        .context("the package has no directory name")?;
    let root = package
        .ancestors()
        .nth(2)
        .context("the package is not in a workspace")?;
    Ok(root.join("labs").join(name))
}

fn explain(check: &Check, verdict: Verdict) -> Result<(), Failed> {
    let text = match verdict {
        Verdict::Green => return Ok(()),
        Verdict::ToDo { tasks } => format!("to do: {}", tasks.join(", ")),
        Verdict::Machine {
            step,
            message,
            missing,
        } => {
            let missing = missing.map_or(String::new(), |m| format!("\nmissing: {m}"));
            format!("your machine: {step}: {message}{missing}")
        }
        Verdict::Red(red) => describe(check, &red),
    };
    Err(text.into())
}

fn describe(check: &Check, red: &Red) -> String {
    let mut lines = Vec::new();
    match &red.cause {
        Cause::Differs => {
            for Difference {
                path,
                expected,
                seen,
            } in &red.differences
            {
                let seen = seen
                    .as_ref()
                    .map_or("nothing".into(), |seen| seen.to_string());
                lines.push(format!("{path}: expected {expected}, seen {seen}"));
            }
        }
        Cause::EndedBadly { message, .. } => lines.push(message.clone()),
        Cause::TimedOut { seconds } => lines.push(format!("did not end within {seconds:.0} s")),
        Cause::TooMuchOutput { bytes } => lines.push(format!("wrote more than {bytes} bytes")),
        Cause::NoObservation => lines.push("gave no answer".into()),
    }
    for diagnosis in &check.diagnoses {
        if red.diagnoses.contains(&diagnosis.id) {
            lines.push(diagnosis.says.clone());
        }
    }
    if !red.stderr.is_empty() {
        lines.push(red.stderr.clone());
    }
    lines.join("\n")
}
