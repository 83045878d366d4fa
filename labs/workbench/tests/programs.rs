//! Programs a learner might leave behind for a moment, under a real check:
//! whatever they do, the outcome is never an observation they didn't earn.
//!
//! This test is a check binary itself, as `tests/check.rs` of a lab is one: it
//! starts itself again as `observe`, with a script for the learner's program.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use lab_judge::{Outcome, Report};
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::{Value, json};
use workbench::check::{self, Facts};
use workbench::{Lab, Scenario, scenario};

const SCENARIOS: &[Scenario] = &[scenario("look", look)];

/// Starts a container with the probe in it and waits for its word.
fn look(lab: &Lab) -> anyhow::Result<Value> {
    let mut running = lab.with_probe(&["run"], &["exit", "0"]).start()?;
    let look = running.hear()?;
    let ended = running.end()?;
    Ok(json!({ "heard": look["pid"].is_number(), "code": ended.code }))
}

/// Ends the words before `--`, so that `$@` is the command.
const SKIP: &str = "while [ \"$1\" != -- ]; do shift; done; shift;";

fn main() -> ExitCode {
    let first = std::env::args().nth(1).unwrap_or_default();
    let parts = ["observe", "inside", "probe", "workbench-keeper"];
    if parts.contains(&first.as_str()) {
        let facts = Facts {
            package: PathBuf::from("/nonexistent"),
            binary: PathBuf::from("/nonexistent"),
        };
        return check::main(facts, SCENARIOS);
    }
    let trial = |name: &'static str, script: String, right: fn(&Outcome) -> bool| {
        Trial::test(name, move || judged(name, &script, right))
    };
    let trials = vec![
        Trial::test("an-observer-that-is-let-go-ends", let_go),
        trial(
            "an-honest-one-is-heard",
            format!("{SKIP} exec \"$@\""),
            |outcome| {
                matches!(outcome, Outcome::Observed { observation, .. }
                if *observation == json!({ "heard": true, "code": 0 }))
            },
        ),
        trial("exit-0", "exit 0".into(), |outcome| {
            never_heard(outcome, Some(0))
        }),
        trial("an-emptied-main", "".into(), |outcome| {
            never_heard(outcome, Some(0))
        }),
        trial("a-panic", "echo panicked >&2; exit 101".into(), |outcome| {
            never_heard(outcome, Some(101))
                && matches!(outcome, Outcome::EndedBadly { stderr, .. } if stderr.contains("panicked"))
        }),
        trial(
            "a-panic-in-a-detached-child",
            "(setsid sh -c 'echo panicked >&2; exit 101' &); sleep 0.2; exit 0".into(),
            |outcome| {
                never_heard(outcome, Some(0))
                    && matches!(outcome, Outcome::EndedBadly { stderr, .. } if stderr.contains("panicked"))
            },
        ),
        trial("an-abort", "kill -ABRT $$".into(), |outcome| {
            matches!(
                outcome,
                Outcome::EndedBadly {
                    signal: Some(6),
                    ..
                }
            )
        }),
        trial(
            "a-forged-answer",
            r#"echo '{"observed":{"heard":true,"code":0}}'"#.into(),
            |outcome| never_heard(outcome, Some(0)),
        ),
        trial("kill-everything", "kill -9 -1".into(), |outcome| {
            matches!(outcome, Outcome::EndedBadly { .. })
        }),
        trial(
            "a-hang",
            "sleep 1000".into(),
            |outcome| matches!(outcome, Outcome::TimedOut { seconds, .. } if *seconds < 20.0),
        ),
        trial(
            "a-gigabyte",
            "head -c 1073741824 /dev/zero".into(),
            |outcome| matches!(outcome, Outcome::TooMuchOutput { .. }),
        ),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn never_heard(outcome: &Outcome, expected: Option<i32>) -> bool {
    matches!(outcome, Outcome::EndedBadly { code, message, .. }
        if *code == expected && message.contains("never heard of"))
}

/// A runner that may not kill the observer closes its standard input instead,
/// and so does one that is killed.
fn let_go() -> Result<(), Failed> {
    let (folder, program) = script("let-go", "exec sleep 1000")?;
    let mut observer = Command::new(std::env::current_exe()?)
        .args(["observe", "--until-eof", "--binary"])
        .arg(&program)
        .arg("look")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let begun = Instant::now();
    drop(observer.stdin.take());
    let status = observer.wait()?;
    fs::remove_dir_all(&folder)?;
    match status.code() {
        Some(1) if begun.elapsed() < Duration::from_secs(4) => Ok(()),
        _ => Err(format!("{status} after {:?}", begun.elapsed()).into()),
    }
}

/// A program in a folder of its own, which is to be removed.
fn script(name: &str, text: &str) -> Result<(PathBuf, PathBuf), Failed> {
    let folder = std::env::temp_dir().join(format!("programs-{}-{name}", std::process::id()));
    fs::create_dir(&folder)?;
    let program = folder.join("program");
    fs::write(&program, format!("#!/bin/sh\n{text}\n"))?;
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
    Ok((folder, program))
}

/// Runs the check on a script, with the variables set that make other tools
/// accept whatever they see.
fn judged(name: &str, script: &str, right: fn(&Outcome) -> bool) -> Result<(), Failed> {
    let (folder, program) = self::script(name, script)?;
    let output = Command::new(std::env::current_exe()?)
        .args(["observe", "--binary"])
        .arg(&program)
        .arg("look")
        .envs([("INSTA_UPDATE", "always"), ("INSTA_FORCE_PASS", "1")])
        .output();
    fs::remove_dir_all(&folder)?;
    let text = String::from_utf8_lossy(&output?.stdout).into_owned();
    let report = Report::parse(text.trim()).map_err(|fault| format!("{fault}: {text:?}"))?;
    match right(&report.outcome) {
        true => Ok(()),
        false => Err(format!("{:?}", report.outcome).into()),
    }
}
