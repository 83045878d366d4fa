//! The screen of `mistakes`.

use std::time::Duration;

use lab_judge::LabOnDisk;

use super::{BOLD, GREEN, RED, WIDTH, padded, paint, wrap};
use crate::message::{listed, say};
use crate::mistakes::{Kind, Row};

/// Lines of a compile error that are shown.
const ERROR_LINES: usize = 12;

/// The matrix of one lab; with `details`, also what red checks saw.
pub fn text(lab: &LabOnDisk, rows: &[Row], details: bool, took: Duration) -> String {
    let mut text = format!("{}\n\n", paint(BOLD, &lab.lab.lab));
    for row in rows {
        text += &line(row, details);
    }
    let off = rows.iter().filter(|row| !row.faults.is_empty()).count();
    let (rows, seconds) = (rows.len(), format!("{:.1}", took.as_secs_f64()));
    let end = match off {
        0 => say!("mistakes-as-declared", rows = rows, seconds = seconds),
        off => say!("mistakes-off", off = off, rows = rows, seconds = seconds,),
    };
    text + "\n" + &wrap("", 0, 0, &end)
}

fn line(row: &Row, details: bool) -> String {
    let mark = if row.faults.is_empty() {
        paint(GREEN, "✔ ")
    } else {
        paint(RED, "✘ ")
    };
    let kind = match row.kind {
        Kind::Reference => say!("mistakes-reference"),
        Kind::Mistake { .. } => say!("mistakes-mistake"),
        Kind::Variant => say!("mistakes-variant"),
        Kind::LeftOut => say!("mistakes-left-out"),
        Kind::NoOp => say!("mistakes-no-op"),
    };
    let shown: Vec<&str> = row
        .red
        .iter()
        .flat_map(|(_, red)| red.diagnoses.iter().map(String::as_str))
        .collect();
    let checks = listed(&row.red_ids());
    let came = match (checks.is_empty(), shown.is_empty()) {
        _ if row.error.is_some() => "-".to_owned(),
        (true, _) => say!("mistakes-all-green"),
        (false, true) => say!("mistakes-red", checks = checks),
        (false, false) => say!(
            "mistakes-red-shows",
            checks = checks,
            diagnoses = listed(&shown),
        ),
    };
    let name = if row.kind == Kind::Reference {
        ""
    } else {
        row.name.as_str()
    };
    let columns = padded(&kind, 10, 1) + &padded(name, 27, 1);
    let mut text = wrap(&(mark + &columns), 2, 8, &came);
    for fault in &row.faults {
        text += &wrap("", 8, 8, fault);
    }
    if let Some(error) = &row.error {
        for line in error.lines().take(ERROR_LINES) {
            let line: String = line.chars().take(WIDTH - 8).collect();
            text += format!("        {line}").trim_end();
            text += "\n";
        }
    }
    if details {
        for (check, red) in &row.red {
            text += &wrap("", 4, 4, &say!("mistakes-saw", check = &check.id));
            text += &super::red::cause(red);
        }
    }
    text
}
