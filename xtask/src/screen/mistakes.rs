//! The screen of `mistakes`.

use std::time::Duration;

use lab_judge::LabOnDisk;

use super::{BOLD, GREEN, RED, WIDTH, paint, wrap};
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
    let seconds = took.as_secs_f64();
    text += &match off {
        0 => format!("\nAll {} as declared ({seconds:.1} s)\n", rows.len()),
        off => format!(
            "\n{off} of {} not as declared ({seconds:.1} s)\n",
            rows.len()
        ),
    };
    text
}

fn line(row: &Row, details: bool) -> String {
    let mark = if row.faults.is_empty() {
        paint(GREEN, "✔ ")
    } else {
        paint(RED, "✘ ")
    };
    let kind = match row.kind {
        Kind::Reference => "reference",
        Kind::Mistake { .. } => "mistake",
        Kind::Variant => "variant",
        Kind::LeftOut => "left out",
        Kind::NoOp => "no-op",
    };
    let red = match row.red_ids().as_slice() {
        _ if row.error.is_some() => "-".to_owned(),
        [] => "all green".to_owned(),
        ids => format!("red: {}", ids.join(", ")),
    };
    let shown: Vec<&str> = row
        .red
        .iter()
        .flat_map(|(_, red)| red.diagnoses.iter().map(String::as_str))
        .collect();
    let shown = if shown.is_empty() {
        String::new()
    } else {
        format!("; shows: {}", shown.join(", "))
    };
    let name = if row.kind == Kind::Reference {
        ""
    } else {
        row.name.as_str()
    };
    let mut text = wrap(
        &format!("{mark}{kind:<10}{name:<26} "),
        2,
        8,
        &format!("{red}{shown}"),
    );
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
            text += &format!("    check {} saw\n", check.id);
            text += &super::red::cause(red);
        }
    }
    text
}
