//! The screen of `check`.

use std::collections::BTreeSet;

use lab_judge::{Check, Lab, Verdict};

use super::red;
use super::{BOLD, GREEN, RED, YELLOW, labelled, paint, paragraph, wrap};
use crate::check::Ground;
use crate::check::Report;
use crate::check::Row;
use crate::check::State;

/// Nothing was asked for and nothing is left.
pub const ALL_FINISHED: &str = "Every lab is green. `cargo xtask list` shows them.\n";

/// The lab's name and title.
pub fn head(lab: &Lab, part: Option<&str>, solution: bool) -> String {
    let title = lab.parts.iter().find(|p| Some(p.id.as_str()) == part);
    let name = match part {
        Some(part) => format!("{} {part}", lab.lab),
        None => lab.lab.clone(),
    };
    let title = title.map_or(&lab.title, |part| &part.title);
    let whose = if solution { " (reference)" } else { "" };
    format!("{}\n\n", paint(BOLD, &format!("{name}{whose}: {title}")))
}

/// One check's line.
pub fn line(lab: &Lab, check: &Check, verdict: &Verdict) -> String {
    let mark = match verdict {
        Verdict::Green => paint(GREEN, "✔ "),
        Verdict::Red(_) => paint(RED, "✘ "),
        Verdict::ToDo { .. } => "· ".to_owned(),
        Verdict::Machine { .. } => paint(YELLOW, "! "),
    };
    let suffix = match verdict {
        // The first is enough: it is the one to go on with. A later lab's line
        // names none when gaps of an earlier one hold it back.
        Verdict::ToDo { tasks } => match tasks.first().filter(|task| lab.task(task).is_some()) {
            Some(task) => format!(" (to do: {task})"),
            None => " (to do)".to_owned(),
        },
        Verdict::Machine { .. } => " (not run)".to_owned(),
        _ => String::new(),
    };
    wrap(&mark, 2, 4, &format!("{}{suffix}", check.says))
}

/// What is told before an earlier lab's screen.
pub fn checks_earlier(earlier: &str) -> String {
    wrap(
        "",
        0,
        0,
        &format!("{earlier} changed since it was last green, so it is checked first."),
    ) + "\n"
}

/// What is told after it when it is not green.
pub fn earlier_first(earlier: &str, lab: &str) -> String {
    format!(
        "\n{}",
        wrap(
            "",
            0,
            0,
            &format!("{lab} builds on {earlier} and is checked when that is green.")
        )
    )
}

/// Everything below the lines.
pub fn end(report: &Report, ground: &Ground<'_>) -> String {
    match &report.state {
        State::DoesNotCompile => does_not_compile(ground),
        State::Lacks(lacks) => {
            let mut text = machine_head("It lacks what this lab needs, so nothing was built.");
            for lack in lacks {
                text += &labelled("missing", lack.what);
                text += &labelled("remedy", lack.remedy);
            }
            text
        }
        // The earlier lab's own screen has told everything.
        State::Earlier(_) => String::new(),
        State::Judged => judged(report, ground),
    }
}

fn does_not_compile(ground: &Ground<'_>) -> String {
    let whose = ground.workspace.shown(ground.package);
    let text = format!("{whose} does not compile. The compiler's words stand above.");
    wrap(&paint(RED, "✘ "), 0, 2, &text)
}

fn judged(report: &Report, ground: &Ground<'_>) -> String {
    let mut text = format!("\n{}\n", counts(report));
    if !report.troubles.is_empty() {
        text += "\n";
        text += &red::troubles(report);
    }
    let machine = machine(report);
    if let Some(row) = report.first_red() {
        // A check without an answer has nothing more to show than the trouble.
        if report.troubles.is_empty() || red::has_details(row) {
            text += "\n";
            text += &red::details(row, ground, report.solution);
        }
    } else if report.troubles.is_empty() && machine.is_empty() {
        text += "\n";
        text += &if report.count("to-do") > 0 {
            to_do(report, ground)
        } else {
            green(report, ground)
        };
    }
    if !machine.is_empty() {
        text += "\n";
        text += &machine;
    }
    text
}

fn counts(report: &Report) -> String {
    let named = |name: &str, shown: &str| match report.count(name) {
        0 => None,
        number => Some(format!("{number} {shown}")),
    };
    let all = [
        named("green", "green"),
        named("red", "red"),
        named("to-do", "to do"),
        named("machine", "not run"),
    ];
    let all: Vec<String> = all.into_iter().flatten().collect();
    let doubtful = !report.troubles.is_empty() && report.count("green") > 0;
    let ending = if doubtful {
        ", and the green do not count"
    } else {
        ""
    };
    all.join(", ") + ending
}

fn machine_head(text: &str) -> String {
    format!("{}\n", paint(YELLOW, "Your machine")) + &paragraph(text)
}

/// Each reason once: most often it is the same for every check.
fn machine(report: &Report) -> String {
    let reasons: BTreeSet<(&String, &String, &Option<String>)> = report
        .rows
        .iter()
        .filter_map(|row| match &row.verdict {
            Verdict::Machine {
                step,
                message,
                missing,
            } => Some((step, message, missing)),
            _ => None,
        })
        .collect();
    if reasons.is_empty() {
        return String::new();
    }
    let mut text = machine_head(
        "The workbench could not be made, so nothing of yours was run. \
         This says nothing about your code.",
    );
    for (step, message, missing) in reasons {
        text += &labelled("step", step);
        text += &labelled("reason", message);
        if let Some(missing) = missing {
            text += &labelled("missing", missing);
        }
    }
    text
}

/// Nothing is red and something is unwritten.
fn to_do(report: &Report, ground: &Ground<'_>) -> String {
    let waiting = |row: &&Row| matches!(row.verdict, Verdict::ToDo { .. });
    let Some(Verdict::ToDo { tasks }) = report.rows.iter().find(waiting).map(|row| &row.verdict)
    else {
        return String::new();
    };
    let lab = &ground.lab.lab;
    let earlier: Vec<&str> = tasks
        .iter()
        .map(String::as_str)
        .filter(|t| lab.task(t).is_none())
        .collect();
    if !earlier.is_empty() {
        let text = format!(
            "{} builds on tasks of an earlier lab that are still to do:",
            lab.lab
        );
        let mut text = wrap("", 0, 0, &text);
        for task in earlier {
            text += &format!("  {}\n", task.replace('/', ", task "));
        }
        return text;
    }
    // The task to go on with is the first unwritten one in the lab's order.
    let unwritten: BTreeSet<&String> = report
        .rows
        .iter()
        .filter_map(|row| match &row.verdict {
            Verdict::ToDo { tasks } => Some(tasks),
            _ => None,
        })
        .flatten()
        .collect();
    let Some(task) = lab.tasks.iter().find(|task| unwritten.contains(&task.id)) else {
        return String::new();
    };
    // Of one check asked for by name nothing follows for the rest of the lab.
    let nothing_yet = report.check.is_none() && report.count("to-do") == report.rows.len();
    let mut text = if nothing_yet {
        let all = match report.rows.len() {
            1 => "its one check is to do".to_owned(),
            number => format!("all {number} checks are to do"),
        };
        let expected = format!(
            "This is expected at first: nothing is written yet, so {all}, \
             and the exit status is 1 until the last is green."
        );
        let begin = format!("Begin with task {}", task.id);
        format!("{}\n{}\n", wrap("", 0, 0, &expected), paint(BOLD, &begin))
    } else {
        format!("{}\n", paint(BOLD, &format!("Next is task {}", task.id)))
    };
    text += &paragraph(&task.says);
    text += &red::where_to_go(task, None, ground, report.solution);
    text
}

fn green(report: &Report, ground: &Ground<'_>) -> String {
    let lab = &ground.lab.lab;
    if let Some(check) = &report.check {
        let what = if lab.check(check).is_some() {
            "Check"
        } else {
            "Task"
        };
        return format!("{}\n", paint(GREEN, &format!("{what} {check} is green.")));
    }
    let what = report.part.as_deref().unwrap_or(&lab.lab);
    let mut text = format!("{}\n", paint(GREEN, &format!("{what} is green.")));
    if report.solution {
        return text;
    }
    let next_part = report.part.as_ref().and_then(|part| {
        let place = lab.parts.iter().position(|p| p.id == *part)?;
        lab.parts.get(place + 1)
    });
    let next = match next_part {
        Some(part) => format!("cargo xtask check {}", part.id),
        None => "cargo xtask check".to_owned(),
    };
    text += &labelled("next", &next);
    if ground.workspace.solution(lab).is_ok() {
        text += &labelled("compare", &format!("solutions/{}", lab.lab));
    }
    text
}
