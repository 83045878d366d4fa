//! The screen of `check`.

use std::collections::BTreeSet;

use lab_judge::{Check, Lab, Verdict};

use super::red;
use super::{BOLD, GREEN, RED, YELLOW, block, paint, paragraph, wrap};
use crate::check::Ground;
use crate::check::Report;
use crate::check::Row;
use crate::check::State;
use crate::message::{listed, say};

/// Nothing was asked for and nothing is left.
pub fn all_finished() -> String {
    say!("check-all-finished") + "\n"
}

/// The lab's name and title.
pub fn head(lab: &Lab, part: Option<&str>, solution: bool) -> String {
    let title = lab.parts.iter().find(|p| Some(p.id.as_str()) == part);
    let name = match part {
        Some(part) => format!("{} {part}", lab.lab),
        None => lab.lab.clone(),
    };
    let title = title.map_or(&lab.title, |part| &part.title);
    let head = if solution {
        say!("check-head-reference", lab = name, title = title)
    } else {
        say!("check-head", lab = name, title = title)
    };
    wrap("", 0, 2, &paint(BOLD, &head)) + "\n"
}

/// One check's line, in the words of `lab`.
pub fn line(lab: &Lab, check: &Check, verdict: &Verdict) -> String {
    let mark = match verdict {
        Verdict::Green => paint(GREEN, "✔ "),
        Verdict::Red(_) => paint(RED, "✘ "),
        Verdict::ToDo { .. } => "· ".to_owned(),
        Verdict::Machine { .. } => paint(YELLOW, "! "),
    };
    let says = lab.check(&check.id).map_or(&check.says, |said| &said.says);
    let text = match verdict {
        // The first is enough: it is the one to go on with. A later lab's line
        // names none when gaps of an earlier one hold it back.
        Verdict::ToDo { tasks } => match tasks.first().filter(|task| lab.task(task).is_some()) {
            Some(task) => say!("check-line-to-do-task", says = says, task = task),
            None => say!("check-line-to-do", says = says),
        },
        Verdict::Machine { .. } => say!("check-line-not-run", says = says),
        Verdict::Green | Verdict::Red(_) => says.clone(),
    };
    wrap(&mark, 2, 4, &text)
}

/// What is told before an earlier lab's screen.
pub fn checks_earlier(earlier: &str) -> String {
    wrap("", 0, 0, &say!("check-earlier-changed", earlier = earlier)) + "\n"
}

/// What is told after it when it is not green.
pub fn earlier_first(earlier: &str, lab: &str) -> String {
    let text = say!("check-earlier-first", lab = lab, earlier = earlier);
    format!("\n{}", wrap("", 0, 0, &text))
}

/// Everything below the lines.
pub fn end(report: &Report, ground: &Ground<'_>) -> String {
    match &report.state {
        State::DoesNotCompile => does_not_compile(ground),
        State::Lacks(lacks) => {
            let mut text = machine_head(&say!("check-machine-lacks"));
            for lack in lacks {
                let mut lines = vec![(say!("words-missing"), lack.what.clone())];
                for remedy in &lack.remedies {
                    lines.push((say!("words-remedy"), remedy.clone()));
                }
                text += &block(&lines);
            }
            text
        }
        // The earlier lab's own screen has told everything.
        State::Earlier(_) | State::Refused(_) => String::new(),
        State::Judged => judged(report, ground),
    }
}

fn does_not_compile(ground: &Ground<'_>) -> String {
    let place = ground.workspace.shown(ground.package);
    let text = say!("check-does-not-compile", place = place);
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
    let mut all = Vec::new();
    for name in ["green", "red", "to-do", "machine"] {
        let number = report.count(name);
        if number > 0 {
            all.push(match name {
                "green" => say!("check-count-green", number = number),
                "red" => say!("check-count-red", number = number),
                "to-do" => say!("check-count-to-do", number = number),
                _ => say!("check-count-not-run", number = number),
            });
        }
    }
    let counts = listed(&all);
    if !report.troubles.is_empty() && report.count("green") > 0 {
        say!("check-counts-doubtful", counts = counts)
    } else {
        counts
    }
}

fn machine_head(text: &str) -> String {
    format!("{}\n", paint(YELLOW, &say!("check-machine"))) + &paragraph(text)
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
    let mut text = machine_head(&say!("check-machine-no-workbench"));
    for (step, message, missing) in reasons {
        let mut rows = vec![
            (say!("check-step"), step.clone()),
            (say!("check-reason"), message.clone()),
        ];
        if let Some(missing) = missing {
            rows.push((say!("words-missing"), missing.clone()));
        }
        text += &block(&rows);
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
    let lab = ground.lab.said();
    let earlier: Vec<&str> = tasks
        .iter()
        .map(String::as_str)
        .filter(|t| lab.task(t).is_none())
        .collect();
    if !earlier.is_empty() {
        let mut text = wrap("", 0, 0, &say!("check-earlier-to-do", lab = &lab.lab));
        for named in earlier {
            let (lab, task) = named.split_once('/').unwrap_or(("", named));
            text += &paragraph(&say!("check-earlier-task", lab = lab, task = task));
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
        let expected = say!("check-nothing-yet", checks = report.rows.len());
        let begin = say!("check-begin", task = &task.id);
        format!("{}\n{}\n", wrap("", 0, 0, &expected), paint(BOLD, &begin))
    } else {
        format!("{}\n", paint(BOLD, &say!("check-next", task = &task.id)))
    };
    text += &paragraph(&task.says);
    text += &red::where_to_go(task, None, ground, report.solution);
    text
}

fn green(report: &Report, ground: &Ground<'_>) -> String {
    let lab = &ground.lab.lab;
    if let Some(check) = &report.check {
        let text = match lab.check(check) {
            Some(_) => say!("check-green-check", check = check),
            None => say!("check-green-task", task = check),
        };
        return format!("{}\n", paint(GREEN, &text));
    }
    let what = report.part.as_deref().unwrap_or(&lab.lab);
    let text = format!("{}\n", paint(GREEN, &say!("check-green", what = what)));
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
    let mut rows = vec![(say!("check-label-next"), next)];
    if ground.workspace.solution(lab).is_ok() {
        let diff = format!("cargo xtask diff {}", lab.number());
        rows.push((say!("check-label-compare"), diff));
    }
    text + &block(&rows)
}
