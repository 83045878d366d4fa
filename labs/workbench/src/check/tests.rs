//! The check binary under `cargo test` and an editor's run button.
//!
//! The same checks, judged by the same judge as `cargo xtask check` uses. A
//! check whose task is still to be written is reported as ignored.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use lab_judge::{Cause, LabOnDisk, Red, Verdict};
use libtest_mimic::{Arguments, Failed, Trial};

use super::{Facts, observe};
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
    let lab = Arc::new(LabOnDisk::load(&lab_directory(&facts.package)?)?);
    let unwritten = lab.unwritten_in(&facts.package)?;
    let mut trials = Vec::new();
    for check in &lab.lab.checks {
        let known = scenarios.iter().any(|scenario| scenario.name == check.id);
        let waiting = check.needs().any(|task| unwritten.iter().any(|u| u == task));
        let (lab, binary, id) = (lab.clone(), facts.binary.clone(), check.id.clone());
        let trial = Trial::test(check.id.clone(), move || {
            if !known {
                return Err(Failed::from("no scenario is named like this check"));
            }
            let outcome = observe(&binary, &id).outcome;
            explain(&lab, &id, lab.judge(&id, Some(&outcome)))
        });
        trials.push(trial.with_ignored_flag(waiting).with_kind(if waiting { "to do" } else { "" }));
    }
    Ok(trials)
}

/// `labs/lab-NN-…`, also for a package in `solutions/`: the checks are there.
fn lab_directory(package: &Path) -> Result<PathBuf> {
    let name = package.file_name().context("the package has no directory name")?;
    let root = package.ancestors().nth(2).context("the package is not in a workspace")?;
    Ok(root.join("labs").join(name))
}

fn explain(lab: &LabOnDisk, check: &str, verdict: Verdict) -> Result<(), Failed> {
    let text = match verdict {
        Verdict::Green => return Ok(()),
        Verdict::ToDo { tasks } => format!("to do: {}", tasks.join(", ")),
        Verdict::Machine { step, message, missing } => {
            let missing = missing.map_or(String::new(), |m| format!("\nmissing: {m}"));
            format!("your machine: {step}: {message}{missing}")
        }
        Verdict::Red(red) => describe(lab, check, &red),
    };
    Err(text.into())
}

fn describe(lab: &LabOnDisk, check: &str, red: &Red) -> String {
    let mut lines = Vec::new();
    match &red.cause {
        Cause::Differs => {
            for difference in &red.differences {
                lines.push(format!("{difference}"));
            }
        }
        Cause::EndedBadly { message, .. } => lines.push(message.clone()),
        Cause::TimedOut { seconds } => lines.push(format!("did not end within {seconds:.0} s")),
        Cause::TooMuchOutput { bytes } => lines.push(format!("wrote more than {bytes} bytes")),
        Cause::NoObservation => lines.push("gave no answer".into()),
    }
    let declared = lab.lab.checks.iter().find(|declared| declared.id == check);
    for diagnosis in declared.iter().flat_map(|check| &check.diagnoses) {
        if red.diagnoses.contains(&diagnosis.id) {
            lines.push(diagnosis.says.clone());
        }
    }
    if !red.stderr.is_empty() {
        lines.push(red.stderr.clone());
    }
    lines.join("\n")
}
