//! The part of `check`'s screen that explains a red.

use std::process::ExitStatus;

use lab_judge::{Cause, Difference, Red, Task, Verdict};
use serde_json::Value;

use super::{BOLD, RED, block, labelled, labels, paint, paragraph, tail, wrap};
use crate::check::{Ground, Report, Row};
use crate::message::say;
use crate::observe::Trouble;

/// Lines of a program's output that are shown.
const TAIL: usize = 8;

/// Differences that are shown; the rest is counted.
const MAX_DIFFERENCES: usize = 6;

/// Columns of a difference's label, when none is longer.
const LABEL: usize = 9;

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
    let lab = ground.lab.said();
    let check = lab.check(&row.check.id).unwrap_or(&row.check);
    let mut text = wrap(
        &format!("{} ", paint(RED, "✘")),
        0,
        2,
        &say!("red-head", check = &check.id, says = &check.says,),
    );
    text += "\n";
    text += &cause(red);
    let shown = || {
        let diagnoses = check.diagnoses.iter();
        diagnoses.filter(|d| red.diagnoses.contains(&d.id))
    };
    for diagnosis in shown() {
        text += "\n";
        text += &paragraph(&diagnosis.says);
        if let Some(read) = &diagnosis.read {
            let place = ground.workspace.chapter(&ground.lab.lab, read);
            text += &labelled(&say!("red-read"), &place);
        }
    }
    let made_in = shown().find_map(|diagnosis| diagnosis.task.as_ref());
    if let Some(task) = lab.task(made_in.unwrap_or(&check.task)) {
        text += &where_to_go(task, Some(&task.says), ground, solution);
    }
    text
}

/// The task's place, its chapter, the next hint's command.
pub fn where_to_go(task: &Task, says: Option<&str>, ground: &Ground<'_>, solution: bool) -> String {
    let lab = &ground.lab.lab;
    let mut rows = Vec::new();
    if let Some(says) = says {
        rows.push((say!("words-task"), format!("{}: {says}", task.id)));
    }
    let chapter = ground.workspace.chapter(lab, &task.heading);
    rows.push((say!("words-file"), ground.place(task)));
    rows.push((say!("words-chapter"), chapter));
    if !solution {
        let command = format!("cargo xtask hint {} {}", lab.number(), task.id);
        rows.push((say!("words-hint"), command));
    }
    format!("\n{}", block(&rows))
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
            let what = match (signal, code) {
                (Some(signal), _) => say!("red-killed", signal = *signal),
                (None, Some(code)) => say!("red-ended", status = *code),
                (None, None) => say!("red-no-end"),
            };
            paragraph(&if message.is_empty() {
                what
            } else {
                say!("red-because", what = what, why = message)
            })
        }
        Cause::TimedOut { seconds } => {
            paragraph(&say!("red-timed-out", seconds = format!("{seconds:.0}")))
        }
        Cause::TooMuchOutput { bytes } => paragraph(&say!("red-too-much", bytes = *bytes)),
        Cause::NoObservation => paragraph(&say!("red-no-observation")),
    };
    if !red.stderr.trim().is_empty() {
        text += &paragraph(&say!("words-wrote-at-last"));
        text += &tail(&red.stderr, TAIL);
    }
    text
}

/// Fields that were not seen at all say nothing beside one that was: something
/// stopped the check before it came to them.
fn differences(all: &[Difference]) -> String {
    let (seen, missing): (Vec<_>, Vec<_>) = all.iter().partition(|one| one.seen.is_some());
    let all = if seen.is_empty() { missing } else { seen };
    let mut text = String::new();
    for difference in all.iter().take(MAX_DIFFERENCES) {
        text += &format!("  {}\n", paint(BOLD, &difference.path));
        text += &values(difference);
    }
    if all.len() > MAX_DIFFERENCES {
        let rest = all.len() - MAX_DIFFERENCES;
        text += &paragraph(&say!("red-more", number = rest));
    }
    text
}

fn values(difference: &Difference) -> String {
    let rows = |rows: &[(String, String)]| labels(4, LABEL, rows);
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
            let both = [
                (say!("red-missing"), missing),
                (say!("red-too-many"), extra),
            ];
            let both = both.into_iter().filter(|(_, items)| !items.is_empty());
            let both: Vec<(String, String)> = both
                .map(|(label, items)| (label, shown(&Value::Array(items))))
                .collect();
            return rows(&both);
        }
    }
    let seen = difference
        .seen
        .as_ref()
        .map_or_else(|| say!("red-no-field"), shown);
    rows(&[
        (say!("red-expected"), shown(&difference.expected)),
        (say!("red-seen"), seen),
    ])
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
    let mut text = wrap(&paint(RED, "✘ "), 0, 2, &say!("red-troubles"));
    for trouble in &report.troubles {
        text += &paragraph(&words(trouble));
    }
    if !report.stderr.trim().is_empty() {
        text += &paragraph(&say!("words-wrote-at-last"));
        text += &tail(&report.stderr, TAIL);
    }
    text
}

fn words(trouble: &Trouble) -> String {
    match trouble {
        Trouble::Ended { status, missing } => ended(*status, *missing),
        Trouble::Silent { seconds, missing } => {
            say!("red-trouble-silent", seconds = *seconds, missing = *missing,)
        }
        Trouble::NotAnAnswer { line } => say!("red-trouble-no-answer", line = line),
        Trouble::Twice { check } => say!("red-trouble-twice", check = check),
        Trouble::NotAsked { check } => say!("red-trouble-not-asked", check = check),
        Trouble::TooMuch { mebibytes } => {
            say!("red-trouble-too-much", mebibytes = *mebibytes)
        }
    }
}

fn ended(status: Option<ExitStatus>, missing: usize) -> String {
    let Some(status) = status else {
        return say!("red-trouble-closed", missing = missing);
    };
    if let Some(code) = status.code() {
        return say!("red-trouble-ended", status = code, missing = missing);
    }
    // The standard library knows the signals' names: `signal: 6 (SIGABRT)`.
    let named = status.to_string();
    let signal = named.trim_start_matches("signal: ");
    let signal = signal.trim_end_matches(" (core dumped)");
    say!("red-trouble-killed", signal = signal, missing = missing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use anstream::adapter::strip_str;
    use serde_json::json;

    fn shown(seen: Value) -> String {
        let expected = json!({"command": "started", "mounts": "its own", "root": "the image"});
        strip_str(&differences(&lab_judge::differences(&expected, &seen))).to_string()
    }

    #[test]
    fn what_was_never_looked_at_is_shown_only_when_nothing_else_is() {
        let stopped = shown(json!({"command": "stopped"}));
        assert_eq!(stopped.lines().count(), 3, "{stopped}");
        assert!(stopped.contains("stopped") && !stopped.contains("mounts"));
        let silent = shown(json!({"command": "started", "root": "the image"}));
        assert!(silent.contains("mounts"), "{silent}");
    }
}
