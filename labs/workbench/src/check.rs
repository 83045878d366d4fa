//! The check binary: what `tests/check.rs` of every lab is made of.
//!
//! It plays three parts, told apart by its first argument. As the *judge* it
//! makes a workbench per check, and compares what comes back with the lab's
//! snapshot; it never runs a line of the learner's. As the *observer*, inside a
//! workbench, it runs the scenario of one check, which starts the learner's
//! program. As the [probe](crate::probe) it is what that program starts as the
//! container's command.

mod observe;
mod tests;
mod turn;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::scenario::{Lab, Scenario};
use crate::{bench, probe};

pub(crate) use observe::{observe, tail};

/// Facts about the check binary that only its own crate knows; see
/// [`check_main!`](crate::check_main).
#[derive(Clone, Debug)]
pub struct Facts {
    /// Directory of the package under test: `labs/lab-NN-…` or `solutions/…`.
    pub package: PathBuf,
    /// The learner's program.
    pub binary: PathBuf,
}

/// Makes `main` of a check binary from its scenarios.
#[macro_export]
macro_rules! check_main {
    ($scenarios:expr) => {
        fn main() -> std::process::ExitCode {
            let facts = $crate::check::Facts {
                package: env!("CARGO_MANIFEST_DIR").into(),
                binary: env!(concat!("CARGO_BIN_EXE_", env!("CARGO_PKG_NAME"))).into(),
            };
            $crate::check::main(facts, $scenarios)
        }
    };
}

/// The check binary's main.
pub fn main(facts: Facts, scenarios: &'static [Scenario]) -> ExitCode {
    bench::become_keeper_if_asked();
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let words: Vec<&str> = arguments
        .iter()
        .skip(1)
        .filter_map(|a| a.to_str())
        .collect();
    let done = match words.as_slice() {
        // Started by name alone: a runtime runs it as a program without arguments.
        _ if probe::is_create_runtime(&arguments) => probe::create_runtime(),
        ["probe", rest @ ..] => probe::main(rest),
        ["inside", check, binary] => inside(check, binary.into(), scenarios),
        ["observe", "--until-eof", rest @ ..] => {
            end_with_stdin();
            observed(&facts, rest, scenarios)
        }
        ["observe", rest @ ..] => observed(&facts, rest, scenarios),
        _ => return tests::run(&facts, scenarios),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Ends this process when its standard input ends: the runner, which may not
/// kill what runs as root, has let go or is gone. Keepers see the rest to its
/// end.
fn end_with_stdin() {
    std::thread::spawn(|| {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        std::process::exit(1);
    });
}

/// Answers for the learner's program, or for another in its place.
fn observed(facts: &Facts, words: &[&str], scenarios: &[Scenario]) -> Result<ExitCode> {
    match words {
        ["--binary", binary, checks @ ..] => {
            print_reports(&PathBuf::from(binary), checks, scenarios)
        }
        checks => print_reports(&facts.binary, checks, scenarios),
    }
}

/// Answers each check with a line of JSON as soon as it is done.
fn print_reports(
    binary: &std::path::Path,
    checks: &[&str],
    scenarios: &[Scenario],
) -> Result<ExitCode> {
    let is_alone = |check: &&&str| alone(scenarios, check);
    let (last, first): (Vec<&str>, Vec<&str>) = checks.iter().partition(is_alone);
    // Workbenches are independent of each other; more at a time than there are
    // processors would only make each of them slower.
    let next = std::sync::atomic::AtomicUsize::new(0);
    let workers = std::thread::available_parallelism().map_or(1, |n| n.get());
    std::thread::scope(|scope| {
        for _ in 0..workers.min(first.len()) {
            scope.spawn(|| {
                while let Some(check) =
                    first.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
                {
                    println!("{}", observe(binary, check, false).to_line());
                }
            });
        }
    });
    for check in last {
        println!("{}", observe(binary, check, true).to_line());
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether a check asks to run alone.
fn alone(scenarios: &[Scenario], check: &str) -> bool {
    let named = scenarios.iter().find(|scenario| scenario.name == check);
    named.is_some_and(|scenario| scenario.alone)
}

/// On the workbench: runs one scenario, and hands what it saw to the judge.
fn inside(check: &str, binary: PathBuf, scenarios: &[Scenario]) -> Result<ExitCode> {
    let scenario = scenarios
        .iter()
        .find(|scenario| scenario.name == check)
        .with_context(|| format!("no scenario is named {check}"))?;
    let lab = Lab::on_workbench(binary)?;
    let answer: std::result::Result<Value, _> = (scenario.run)(&lab);
    println!("{}", serde_json::to_string(&observe::Answer::of(answer))?);
    Ok(ExitCode::SUCCESS)
}
