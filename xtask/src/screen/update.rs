//! The screens of `update`.

use std::path::{Path, PathBuf};

use super::{BOLD, GREEN, RED, WIDTH, labelled, paint, paragraph, wrap};
use crate::message::say;
use crate::update::news::{Kind, LabNews, News, TaskNews};
use crate::update::plan::Note;
use crate::update::{Journal, Updated, short};
use crate::workspace::Workspace;

/// Files of a lab's checks that are named.
const FILES: usize = 5;

/// Lines of a conflict that are shown of each side.
const LINES: usize = 8;

/// Upstream has nothing that isn't here.
pub fn nothing(origin: &str) -> String {
    wrap("", 0, 0, &say!("update-nothing", origin = origin))
}

/// While upstream is asked.
pub fn asking(origin: &str) -> String {
    wrap("", 0, 0, &say!("update-asking", origin = origin))
}

/// What an update would do.
pub fn would(updated: &Updated) -> String {
    let mut text = head(updated) + &news(&updated.news);
    text += &places(&updated.notes, &say!("update-conflict-would"));
    if !updated.edited.is_empty() {
        text += "\n";
        text += &wrap("", 0, 0, &say!("update-would-keep"));
        text += &files(&updated.edited);
    }
    text += "\n";
    text + &wrap("", 0, 0, &say!("update-would"))
}

/// What an update did.
pub fn done(workspace: &Workspace, updated: &Updated) -> String {
    let mut text = head(updated) + &news(&updated.news);
    text += &places(&updated.notes, &say!("update-conflict-new"));
    if let Some(kept) = &updated.kept {
        text += "\n";
        text += &kept_in(workspace, kept, &updated.edited);
    }
    if updated.staged {
        text += &wrap("", 0, 0, &say!("update-unstaged"));
    }
    text += "\n";
    let done = say!(
        "update-done",
        branch = updated.branch.as_str(),
        from = short(&updated.from),
        to = short(&updated.to),
    );
    text += &wrap(&paint(GREEN, "✔ "), 0, 2, &done);
    let open = updated.notes.iter().filter(|note| is_open(note)).count();
    if open > 0 {
        text += &labelled(&say!("update-label-do"), &say!("update-do", count = open));
    }
    text += &labelled(&say!("update-label-next"), &next(&updated.news));
    text + &labelled(&say!("update-label-back"), "cargo xtask update --undo")
}

/// An update that was interrupted is finished.
pub fn resumed(kept: &[String]) -> String {
    let mut text = say!("update-resumed") + "\n";
    for file in kept {
        text += &say!("update-resumed-kept", file = file.as_str());
        text += "\n";
    }
    text
}

/// The last update is taken back.
pub fn undone(
    workspace: &Workspace,
    last: &Journal,
    edited: &[PathBuf],
    notes: &[Note],
    kept: Option<&Path>,
) -> String {
    let branch = last.branch.strip_prefix("refs/heads/");
    let done = say!(
        "update-undone",
        branch = branch.unwrap_or(&last.branch),
        before = short(&last.from),
    );
    let mut text =
        wrap(&paint(GREEN, "✔ "), 0, 2, &done) + &places(notes, &say!("update-conflict-new"));
    if let Some(kept) = kept {
        let folder = format!("{}/", workspace.shown(kept));
        text += &wrap("", 0, 0, &say!("update-undone-kept", folder = folder));
        text += &files(edited);
    }
    text
}

fn head(updated: &Updated) -> String {
    let head = say!(
        "update-head",
        commits = updated.commits,
        origin = updated.origin.as_str(),
    );
    wrap("", 0, 0, &head)
}

fn kept_in(workspace: &Workspace, kept: &Path, edited: &[PathBuf]) -> String {
    let folder = format!("{}/", workspace.shown(kept));
    wrap("", 0, 0, &say!("update-kept", folder = folder)) + &files(edited)
}

fn files(files: &[PathBuf]) -> String {
    let line = |file: &PathBuf| format!("  {}\n", file.display());
    files.iter().map(line).collect()
}

fn news(news: &News) -> String {
    let labs: String = news.labs.iter().map(lab).collect();
    let mut rest = Vec::new();
    if news.pages > 0 {
        rest.push(say!("update-rest-pages", count = news.pages));
    }
    if news.references > 0 {
        rest.push(say!("update-rest-references", count = news.references));
    }
    if news.runner > 0 {
        rest.push(say!("update-rest-runner", count = news.runner));
    }
    if news.others > 0 {
        rest.push(say!("update-rest-others", count = news.others));
    }
    if rest.is_empty() {
        return labs;
    }
    let rest = say!("update-rest", list = rest.join(", "));
    format!("{labs}\n{}", wrap("", 0, 0, &rest))
}

fn lab(lab: &LabNews) -> String {
    let (name, title) = (lab.lab.as_str(), lab.title.as_str());
    if lab.gone {
        return format!("\n{}", wrap("", 0, 0, &say!("update-lab-gone", lab = name)));
    }
    if lab.new {
        let head = say!("update-lab-new", lab = name, title = title);
        return format!("\n{}\n", paint(BOLD, &head));
    }
    let head = match &lab.was {
        Some(old) => say!(
            "update-lab-renamed",
            lab = name,
            title = title,
            old = old.as_str()
        ),
        None if lab.title.is_empty() => name.to_owned(),
        None => say!("update-lab", lab = name, title = title),
    };
    let mut text = format!("\n{}\n", paint(BOLD, &head));
    if lab.unreadable {
        text += &paragraph(&say!("update-lab-unreadable"));
    }
    text += &lab.tasks.iter().map(task).collect::<String>();
    if !lab.checks.is_empty() {
        let folder = Path::new("labs").join(&lab.lab);
        let inside = |file: &PathBuf| {
            let file = file.strip_prefix(&folder).unwrap_or(file);
            file.display().to_string()
        };
        let all: Vec<String> = lab.checks.iter().map(inside).collect();
        let checks = match all.len().checked_sub(FILES) {
            None | Some(0) => say!("update-checks", files = all.join(", ")),
            Some(more) => say!(
                "update-checks-many",
                files = all[..FILES].join(", "),
                count = more,
            ),
        };
        text += &labelled(&say!("update-label-checks"), &checks);
    }
    if lab.others > 0 {
        let others = say!("update-others", count = lab.others);
        text += &labelled(&say!("update-label-others"), &others);
    }
    text
}

fn task(task: &TaskNews) -> String {
    let (id, says) = (task.id.as_str(), task.says.as_str());
    let line = match &task.kind {
        Kind::Renamed { old } => {
            say!(
                "update-task-renamed",
                old = old.as_str(),
                task = id,
                says = says
            )
        }
        _ => say!("update-task", task = id, says = says),
    };
    let (label, line) = match &task.kind {
        Kind::Gone => (say!("update-label-gone"), line),
        kind => {
            let label = match kind {
                Kind::New => say!("update-label-new"),
                Kind::Renamed { .. } => say!("update-label-renamed"),
                _ => say!("update-label-changed"),
            };
            let line = match task.written {
                true => say!("update-task-written", line = line),
                false => say!("update-task-to-do", line = line),
            };
            (label, line)
        }
    };
    let line = match &task.function {
        Some(function) => say!(
            "update-task-function",
            line = line,
            function = function.as_str(),
        ),
        None => line,
    };
    labelled(&label, &line)
}

/// Whether it leaves a learner something to do.
fn is_open(note: &Note) -> bool {
    !matches!(
        note,
        Note::Renamed { .. } | Note::Moved { .. } | Note::BroughtBack { .. }
    )
}

/// What the merge could not settle, and what it settled in a way worth telling.
/// `new` says of upstream's lines where they are.
fn places(notes: &[Note], new: &str) -> String {
    let mut text = String::new();
    for note in notes {
        let told = match note {
            Note::Conflict {
                path,
                task,
                conflict,
            } => {
                let place = format!("{}:{}", path.display(), conflict.line);
                let head = match task {
                    Some(task) => say!("update-conflict-task", place = place, task = task.as_str()),
                    None => say!("update-conflict", place = place),
                };
                let mine = say!("update-conflict-mine");
                open(&head) + &side(new, &conflict.new) + &side(&mine, &conflict.mine)
            }
            Note::Homeless { path, task } => open(&say!(
                "update-homeless",
                path = shown(path),
                task = task.as_str()
            )),
            Note::Replaced { path } => open(&say!("update-replaced", path = shown(path))),
            Note::Removed { path } => open(&say!("update-removed", path = shown(path))),
            Note::Left { path } => open(&say!("update-left", path = shown(path))),
            Note::BroughtBack { path } => {
                wrap("", 0, 2, &say!("update-brought-back", path = shown(path)))
            }
            Note::Moved { from, to } => wrap(
                "",
                0,
                2,
                &say!("update-moved", from = shown(from), to = shown(to)),
            ),
            // Told with the lab's tasks.
            Note::Renamed { .. } => continue,
        };
        text += "\n";
        text += &told;
    }
    text
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn open(head: &str) -> String {
    wrap(&paint(RED, "✘ "), 0, 2, head)
}

/// One side's lines, each cut to the screen's width.
fn side(head: &str, lines: &str) -> String {
    let mut text = paragraph(head);
    if lines.trim().is_empty() {
        return text + &wrap("", 4, 4, &say!("update-conflict-nothing"));
    }
    let all: Vec<&str> = lines.lines().collect();
    for line in all.iter().take(LINES) {
        let line = line.replace('\t', "    ");
        let line: String = line.chars().filter(|c| !c.is_control()).collect();
        let line: String = line.chars().take(WIDTH - 4).collect();
        text += format!("    {line}").trim_end();
        text += "\n";
    }
    if all.len() > LINES {
        let more = say!("update-conflict-more", count = all.len() - LINES);
        text += &wrap("", 4, 4, &more);
    }
    text
}

/// The lab whose green is in doubt, else the overview.
fn next(news: &News) -> String {
    let doubtful = |lab: &&LabNews| !lab.new && !lab.gone;
    let number = |lab: &LabNews| {
        let rest = lab.lab.strip_prefix("lab-").unwrap_or(&lab.lab);
        rest.split('-').next().unwrap_or(rest).to_owned()
    };
    match news.labs.iter().find(doubtful) {
        Some(lab) => format!("cargo xtask check {}", number(lab)),
        None => "cargo xtask list".to_owned(),
    }
}
