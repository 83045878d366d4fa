//! The report for machines: the same as the screen, as one JSON document.

use lab_judge::{Cause, Red, Verdict};
use serde_json::{Map, Value, json};

use super::report::{Report, Row, State};
use crate::failure::Exit;
use crate::observe::Trouble;

/// `{"labs": […], "exit": n}` and a line's end.
pub fn document(reports: &[Report], exit: Exit) -> String {
    let labs: Vec<Value> = reports.iter().map(lab).collect();
    format!("{:#}\n", json!({ "labs": labs, "exit": exit.status() }))
}

fn lab(report: &Report) -> Value {
    let mut value = json!({
        "lab": report.lab,
        "part": report.part,
        "solution": report.solution,
        "on_reference": report.on_reference,
        "checks_changed": report.checks_changed,
        "exit": report.exit().status(),
        "checks": report.rows.iter().map(row).collect::<Vec<Value>>(),
        "troubles": report.troubles.iter().map(trouble).collect::<Vec<Value>>(),
    });
    let (name, more) = match &report.state {
        State::Judged => ("judged", Value::Null),
        State::DoesNotCompile => ("does-not-compile", Value::Null),
        State::Refused(reason) => ("refused", json!(reason)),
        State::Lacks(lacks) => (
            "machine",
            lacks
                .iter()
                .map(|lack| json!({"missing": lack.what, "remedies": lack.remedies}))
                .collect(),
        ),
        State::Earlier(earlier) => ("earlier-lab", lab(earlier)),
    };
    if let Some(node) = &report.on {
        value["on"] = json!(node);
    }
    value["state"] = json!(name);
    if !more.is_null() {
        value["because"] = more;
    }
    value
}

fn row(row: &Row) -> Value {
    let mut fields = Map::new();
    fields.insert("check".into(), json!(row.check.id));
    fields.insert("task".into(), json!(row.check.task));
    fields.insert("says".into(), json!(row.check.says));
    fields.insert("verdict".into(), json!(row.verdict.name()));
    match &row.verdict {
        Verdict::Green => {}
        Verdict::ToDo { tasks } => {
            fields.insert("tasks".into(), json!(tasks));
        }
        Verdict::Machine {
            step,
            message,
            missing,
        } => {
            fields.insert("step".into(), json!(step));
            fields.insert("message".into(), json!(message));
            fields.insert("missing".into(), json!(missing));
        }
        Verdict::Red(red) => {
            fields.insert("cause".into(), cause(&red.cause));
            fields.insert("differences".into(), differences(red));
            fields.insert("diagnoses".into(), diagnoses(row, red));
            fields.insert("stderr".into(), json!(red.stderr));
        }
    }
    Value::Object(fields)
}

fn cause(cause: &Cause) -> Value {
    let mut value = match cause {
        Cause::Differs | Cause::NoObservation => json!({}),
        Cause::EndedBadly {
            code,
            signal,
            message,
        } => {
            json!({"code": code, "signal": signal, "message": message})
        }
        Cause::TimedOut { seconds } => json!({ "seconds": seconds }),
        Cause::TooMuchOutput { bytes } => json!({ "bytes": bytes }),
    };
    value["kind"] = json!(cause.name());
    value
}

fn differences(red: &Red) -> Value {
    let difference = |d: &lab_judge::Difference| {
        let mut value = json!({"path": d.path, "expected": d.expected});
        // A field that is missing differs from one that is null.
        if let Some(seen) = &d.seen {
            value["seen"] = seen.clone();
        }
        value
    };
    red.differences.iter().map(difference).collect()
}

fn diagnoses(row: &Row, red: &Red) -> Value {
    let shown = row
        .check
        .diagnoses
        .iter()
        .filter(|d| red.diagnoses.contains(&d.id));
    shown
        .map(|d| {
            let task = d.task.as_ref().unwrap_or(&row.check.task);
            json!({"id": d.id, "says": d.says, "read": d.read, "task": task})
        })
        .collect()
}

fn trouble(trouble: &Trouble) -> Value {
    match trouble {
        Trouble::Ended { status, missing } => {
            let how = status.map_or("closed its output".to_owned(), |status| status.to_string());
            json!({"kind": "ended", "how": how, "missing": missing})
        }
        Trouble::Silent { seconds, missing } => {
            json!({"kind": "silent", "seconds": seconds, "missing": missing})
        }
        Trouble::NotAnAnswer { line } => json!({"kind": "not-an-answer", "line": line}),
        Trouble::Twice { check } => json!({"kind": "twice", "check": check}),
        Trouble::NotAsked { check } => json!({"kind": "not-asked", "check": check}),
        Trouble::TooMuch { mebibytes } => json!({"kind": "too-much", "mebibytes": mebibytes}),
    }
}
