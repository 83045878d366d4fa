//! The part of `check`'s screen that explains a red.

use lab_judge::{Cause, Difference, Red, Task, Verdict};
use serde_json::Value;

use super::{BOLD, RED, labelled, paint, paragraph, tail, wrap};
use crate::check::{Ground, Report, Row};
use crate::observe::Trouble;

/// Lines of a program's output that are shown.
const TAIL: usize = 8;

/// Differences that are shown; the rest is counted.
const MAX_DIFFERENCES: usize = 6;

/// Characters of a value that are shown.
const MAX_VALUE: usize = 400;

/// Whether a red row has more to say than that no answer came.
pub fn has_details(row: &Row) -> bool {
    matches!(&row.verdict, Verdict::Red(red) if red.cause != Cause::NoObservation)
}

/// The first red check: what was expected and seen, what that usually means,
/// where to go.
pub fn details(row: &Row, ground: &Ground<'_>, solution: bool) -> String {
    let Verdict::Red(red) = &row.verdict else {
        return String::new();
    };
    let mut text = wrap(
        &format!("{} ", paint(RED, "✘")),
        0,
        2,
        &format!("{}: {}", row.check.id, row.check.says),
    );
    text += "\n";
    text += &cause(red);
    let shown = row
        .check
        .diagnoses
        .iter()
        .filter(|d| red.diagnoses.contains(&d.id));
    for diagnosis in shown {
        text += "\n";
        text += &paragraph(&diagnosis.says);
        if let Some(read) = &diagnosis.read {
            text += &labelled("read", &ground.workspace.chapter(&ground.lab.lab, read));
        }
    }
    if let Some(task) = ground.lab.lab.task(&row.check.task) {
        text += &where_to_go(task, Some(&task.says), ground, solution);
    }
    text
}

/// The task's place, its chapter, the next hint's command.
pub fn where_to_go(task: &Task, says: Option<&str>, ground: &Ground<'_>, solution: bool) -> String {
    let lab = &ground.lab.lab;
    let mut text = "\n".to_owned();
    if let Some(says) = says {
        text += &labelled("task", &format!("{}: {says}", task.id));
    }
    text += &labelled("file", &ground.place(task));
    text += &labelled("chapter", &ground.workspace.chapter(lab, &task.heading));
    if !solution {
        text += &labelled(
            "hint",
            &format!("cargo xtask hint {} {}", lab.number(), task.id),
        );
    }
    text
}

/// What was expected and seen, or how the program ended.
pub fn cause(red: &Red) -> String {
    let mut text = match &red.cause {
        Cause::Differs => return differences(&red.differences),
        Cause::EndedBadly {
            code,
            signal,
            message,
        } => {
            let how = match (signal, code) {
                (Some(signal), _) => format!("was killed by signal {signal}"),
                (None, Some(code)) => format!("ended with exit status {code}"),
                (None, None) => "did not come to its end".to_owned(),
            };
            let why = if message.is_empty() {
                String::new()
            } else {
                format!(": {message}")
            };
            paragraph(&format!("Your program {how}{why}"))
        }
        Cause::TimedOut { seconds } => paragraph(&format!(
            "Your program did not end within {seconds:.0} s and was killed. \
             Most often something waits for what never comes, or a loop never ends."
        )),
        Cause::TooMuchOutput { bytes } => paragraph(&format!(
            "Your program wrote more than {bytes} bytes and was killed."
        )),
        Cause::NoObservation => {
            paragraph("The check gave no observation, so there is nothing to judge.")
        }
    };
    if !red.stderr.trim().is_empty() {
        text += "  It wrote at last:\n";
        text += &tail(&red.stderr, TAIL);
    }
    text
}

fn differences(all: &[Difference]) -> String {
    let mut text = String::new();
    for difference in all.iter().take(MAX_DIFFERENCES) {
        text += &format!("  {}\n", paint(BOLD, &difference.path));
        text += &values(difference);
    }
    if all.len() > MAX_DIFFERENCES {
        text += &format!("  and {} more\n", all.len() - MAX_DIFFERENCES);
    }
    text
}

fn values(difference: &Difference) -> String {
    let value = |label: &str, value: &str| wrap(&format!("{label:<10}"), 4, 14, value);
    // Of two long lists only what one of them has alone is of interest.
    if let (Value::Array(expected), Some(Value::Array(seen))) =
        (&difference.expected, &difference.seen)
    {
        let only = |a: &[Value], b: &[Value]| -> Vec<Value> {
            a.iter().filter(|item| !b.contains(item)).cloned().collect()
        };
        let (missing, extra) = (only(expected, seen), only(seen, expected));
        let long = shown(&difference.expected).len().max(expected.len()) > 60 || seen.len() > 8;
        if long && !(missing.is_empty() && extra.is_empty()) {
            let mut text = String::new();
            for (label, items) in [("missing", missing), ("too many", extra)] {
                if !items.is_empty() {
                    text += &value(label, &shown(&Value::Array(items)));
                }
            }
            return text;
        }
    }
    let seen = difference
        .seen
        .as_ref()
        .map_or("(no such field)".to_owned(), shown);
    value("expected", &shown(&difference.expected)) + &value("seen", &seen)
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(MAX_VALUE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// What the check binary did instead of answering.
pub fn troubles(report: &Report) -> String {
    let mut text = format!("{} The checks did not run to their end\n", paint(RED, "✘"));
    for trouble in &report.troubles {
        text += &paragraph(&words(trouble));
    }
    if !report.stderr.trim().is_empty() {
        text += "  It wrote at last:\n";
        text += &tail(&report.stderr, TAIL);
    }
    text
}

fn words(trouble: &Trouble) -> String {
    let unanswered = |missing: &usize| match missing {
        1 => "One check has no answer and counts as red.".to_owned(),
        many => format!("{many} checks have no answer and count as red."),
    };
    match trouble {
        Trouble::Ended { how, missing } => format!(
            "The check binary ended ({how}) before it had answered. {} \
             Does something in your library call exit or abort?",
            unanswered(missing)
        ),
        Trouble::Silent { seconds, missing } => format!(
            "The check binary gave no answer for {seconds} s and was killed. {}",
            unanswered(missing)
        ),
        Trouble::NotAnAnswer { line } => format!(
            "The check binary wrote a line that is no answer, so the whole run \
             does not count: {line}"
        ),
        Trouble::Twice { check } => format!(
            "Check {check} was answered twice. One of the answers is not the \
             check's, so the whole run does not count."
        ),
        Trouble::NotAsked { check } => format!(
            "The check binary answered `{check}`, which was not asked for, so \
             the whole run does not count."
        ),
        Trouble::TooMuch { mebibytes } => format!(
            "The check binary wrote more than {mebibytes} MiB and was killed. \
             Its output is not kept."
        ),
    }
}
