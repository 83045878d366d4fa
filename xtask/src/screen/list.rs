//! The screen of `list`.

use lab_judge::{LabOnDisk, Part};

use super::{BOLD, GREEN, paint, wrap};
use crate::message::say;
use crate::progress::Progress;

/// All labs with their parts.
pub fn text(labs: &[(LabOnDisk, Progress)]) -> String {
    if labs.is_empty() {
        return say!("list-no-labs") + "\n";
    }
    let mut text = String::new();
    for (lab, progress) in labs {
        let mark = if progress.finished(lab) {
            paint(GREEN, "✔ ")
        } else {
            "  ".to_owned()
        };
        let title = format!("{}: {}", lab.lab.lab, lab.said().title);
        text += &wrap(&mark, 0, 2, &paint_first(&title));
        for part in &lab.said().parts {
            text += &part_line(lab, part, progress);
        }
    }
    text += "\n";
    let next = labs.iter().find(|(lab, progress)| !progress.finished(lab));
    text += &match next {
        Some((lab, _)) => say!("list-next", lab = lab.lab.number()),
        None => say!("list-all-green"),
    };
    text + "\n"
}

/// The lab's name stands out.
fn paint_first(title: &str) -> String {
    match title.split_once(": ") {
        Some((name, rest)) => format!("{} {rest}", paint(BOLD, &format!("{name}:"))),
        None => title.to_owned(),
    }
}

fn part_line(lab: &LabOnDisk, part: &Part, progress: &Progress) -> String {
    let written = part
        .tasks
        .iter()
        .filter(|task| !progress.unwritten.contains(*task))
        .count();
    let in_part = |check: &&lab_judge::Check| {
        let task = lab
            .lab
            .latest_task(check)
            .and_then(|index| lab.lab.tasks.get(index));
        task.is_some_and(|task| part.tasks.contains(&task.id))
    };
    let checks: Vec<&lab_judge::Check> = lab.lab.checks.iter().filter(in_part).collect();
    let green = checks
        .iter()
        .filter(|check| progress.green.contains(&check.id))
        .count();
    // Without gaps and without a current result, a check is what is missing.
    let state = if green == checks.len() && written == part.tasks.len() {
        say!("list-part-green")
    } else {
        say!(
            "list-part-open",
            written = written,
            tasks = part.tasks.len(),
            green = green,
            checks = checks.len(),
        )
    };
    let before = |check: &&lab_judge::Check| progress.green_before.contains(&check.id);
    let state = match checks.iter().any(before) {
        true => say!("list-part-green-before", state = state),
        false => state,
    };
    let line = say!(
        "list-part",
        part = &part.id,
        title = &part.title,
        minutes = part.minutes,
        state = state,
    );
    wrap("", 4, 8, &line)
}
