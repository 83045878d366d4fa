//! The book's figures: `book/src/figures/NAME.json` is what was measured, and
//! `NAME.md` with `NAME.svg` are drawn from it. Pages include the Markdown.
//!
//! They have no other source: [`stale`] draws them again and compares, so a
//! number typed by hand, a goal that changed and a figure that is declared no
//! longer are all refused by the book's lint. How old they are, and on what
//! machine they were taken, stands below each.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::family::Family;
use super::machine::Machine;
use super::record::{Record, Row};
use super::shown::{amount, goal, range};
use super::statistics::{Quantity, Verdict};
use super::{FAMILIES, plot};
use crate::files;
use crate::message::{self, say};

/// The folder of the figures.
pub fn folder(root: &Path) -> PathBuf {
    root.join("book/src/figures")
}

/// Keeps a measurement for the book and draws it.
///
/// # Errors
/// A file can't be written.
pub fn keep(root: &Path, family: &Family, json: &str) -> Result<()> {
    let file = folder(root).join(format!("{}.json", family.name));
    files::write(&file, json.as_bytes())?;
    draw(root, family)
}

/// Draws every figure again from what was measured.
///
/// # Errors
/// A measurement can't be read, or a drawing not written.
pub fn draw_all(root: &Path) -> Result<()> {
    let kept = |family: &&&Family| folder(root).join(format!("{}.json", family.name)).is_file();
    FAMILIES
        .iter()
        .filter(kept)
        .try_for_each(|family| draw(root, family))
}

fn draw(root: &Path, family: &Family) -> Result<()> {
    for (file, text) in drawn(root, family)? {
        files::write_if_changed(&file, text.as_bytes())?;
    }
    Ok(())
}

/// The files of a family as they should be.
fn drawn(root: &Path, family: &Family) -> Result<[(PathBuf, String); 2]> {
    let file = |ending| folder(root).join(format!("{}.{ending}", family.name));
    let path = file("json");
    let text = fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
    let record = Record::read(&text)?;
    let rows = record.rows(family);
    Ok(message::in_language(&language(root), || {
        [
            (file("md"), markdown(family, &record, &rows)),
            (file("svg"), plot::svg(family.unit, &rows)),
        ]
    }))
}

/// The language the book is in, as `book.toml` says: what is drawn into it
/// doesn't depend on who draws it.
fn language(root: &Path) -> String {
    let settings = fs::read_to_string(root.join("book/book.toml")).unwrap_or_default();
    let mut lines = settings.lines();
    let stated = lines.find_map(|line| line.trim().strip_prefix("language = "));
    stated.unwrap_or("en").trim_matches('"').to_owned()
}

/// Files of the folder that aren't what a measurement says, with the reason.
///
/// # Errors
/// The folder can't be read.
pub fn stale(root: &Path) -> Result<Vec<(PathBuf, String)>> {
    let folder = folder(root);
    let mut stale = Vec::new();
    for file in files::below(&folder)? {
        let name = file
            .file_stem()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        let path = folder.join(&file);
        let Some(family) = FAMILIES.iter().find(|family| family.name == name) else {
            stale.push((path, say!("measure-no-family", family = name)));
            continue;
        };
        match drawn(root, family) {
            Err(error) => stale.push((path, format!("{error:#}"))),
            Ok(drawn) => {
                let differs = |(file, text): &(PathBuf, String)| {
                    fs::read_to_string(file).ok().as_ref() != Some(text)
                };
                let wrong = drawn.into_iter().filter(differs).map(|(file, _)| file);
                stale.extend(wrong.map(|file| (file, say!("measure-stale", family = name))));
            }
        }
    }
    stale.sort();
    stale.dedup();
    Ok(stale)
}

fn markdown(family: &Family, record: &Record, rows: &[Row<'_>]) -> String {
    let name = family.name;
    let mut text = format!(
        "<!-- {} -->\n<figure class=\"drawing\">\n{{{{#include {name}.svg}}}}\n<figcaption>{}</figcaption>\n</figure>\n\n",
        say!("measure-written", family = name),
        say!("measure-caption", what = family.says.replace('`', ""))
    );
    text += &format!("| {} |\n|---|--:|--:|--:|---|---|\n", say!("measure-table"));
    for row in rows {
        text += &line(row);
    }
    let Machine {
        cpu,
        processors,
        kernel,
        load,
    } = &record.machine;
    let runs = rows
        .iter()
        .filter_map(|row| Some(row.numbers.as_ref()?.ours.runs))
        .max();
    text += "\n";
    text += &say!(
        "measure-taken",
        day = record.day.as_str(),
        cpu = cpu.as_str(),
        processors = *processors,
        kernel = kernel.as_str(),
        load = format!("{load:.1}"),
        runs = runs.unwrap_or(0)
    );
    text += &format!(" [{}](figures/{name}.json).", say!("measure-every-run"));
    if record.machine.busy() {
        text += " ";
        text += &say!("measure-busy-then");
    }
    text + "\n"
}

fn line(row: &Row<'_>) -> String {
    let (figure, unit) = (row.figure, row.unit);
    let peer = figure.peer.as_ref().map_or("", |peer| peer.what);
    let what = match peer {
        "" => figure.what.to_owned(),
        peer => format!("{}; {peer}", figure.what),
    };
    let promised = figure.goal.map(|most| goal(unit, most)).unwrap_or_default();
    let Some(numbers) = &row.numbers else {
        return format!("| {what} | | | | | {promised} |\n");
    };
    let peer = numbers.peer.as_ref().map(|peer| amount(unit, peer.median));
    let ratio = numbers
        .ratio
        .as_ref()
        .map(|ratio| format!("{:.2}", ratio.median));
    let half = match numbers.quantity {
        // One run has none.
        _ if numbers.judged.runs == 1 => String::new(),
        Quantity::More => format!(
            "+{}",
            range(unit, Quantity::More, numbers.judged.middle_half)
        ),
        quantity => range(unit, quantity, numbers.judged.middle_half),
    };
    let verdict = match row.verdict {
        Verdict::Met => say!("measure-met"),
        Verdict::Missed => say!("measure-missed"),
        Verdict::Open => say!("measure-open"),
        Verdict::NoGoal | Verdict::Skipped => String::new(),
    };
    let cells = [
        amount(unit, numbers.ours.median),
        peer.unwrap_or_default(),
        ratio.unwrap_or_default(),
        half,
        promised,
    ];
    // A number and its unit stay on one line.
    let [ours, peer, ratio, half, promised] = cells.map(|cell| cell.replace(' ', "\u{a0}"));
    let goal = format!("{promised} {verdict}");
    format!(
        "| {what} | {ours} | {peer} | {ratio} | {half} | {} |\n",
        goal.trim()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::family::{Samples, Taken};

    #[test]
    fn a_figure_without_its_source_or_edited_by_hand_is_refused() {
        let root = std::env::temp_dir().join(format!("figures-{}", std::process::id()));
        let family = FAMILIES
            .iter()
            .find(|family| family.name == "workbench")
            .expect("it");
        let machine = Machine {
            cpu: "Fast <9000>".into(),
            processors: 2,
            kernel: "6.1.0".into(),
            load: 0.0,
        };
        let samples = Samples {
            ours: vec![0.012, 0.011, 0.013],
            peer: vec![0.001; 3],
        };
        let taken = vec![Taken::of(&family.figures[0], samples)];
        let json = Record::of(family, machine, taken).json().expect("JSON");
        let reasons = || -> Vec<String> {
            let stale = stale(&root).expect("readable").into_iter();
            stale
                .map(|(file, _)| {
                    file.file_name()
                        .expect("a name")
                        .to_string_lossy()
                        .into_owned()
                })
                .collect()
        };
        assert!(reasons().is_empty(), "no figures, no fault");
        keep(&root, family, &json).expect("written");
        assert!(reasons().is_empty());
        let page = folder(&root).join("workbench.md");
        let text = fs::read_to_string(&page).expect("a page");
        assert!(
            text.contains(
                "| 12.0\u{a0}ms | 1.0\u{a0}ms | 12.00 | 11.0–13.0\u{a0}ms | ≤\u{a0}20\u{a0}ms met |"
            ),
            "{text}"
        );
        fs::write(&page, text.replace("12.0\u{a0}ms", "2.0\u{a0}ms")).expect("written");
        assert_eq!(reasons(), ["workbench.md"]);
        draw_all(&root).expect("drawn");
        assert!(reasons().is_empty());
        // In the book's language, whatever the reader's is.
        let german = || message::in_language("de", reasons);
        assert!(german().is_empty());
        fs::write(root.join("book/book.toml"), "language = \"de\"\n").expect("written");
        assert_eq!(reasons(), ["workbench.md", "workbench.svg"]);
        draw_all(&root).expect("drawn");
        let text = fs::read_to_string(&page).expect("a page");
        assert!(text.contains("| Ziel |"), "{text}");
        fs::write(folder(&root).join("other.svg"), "<svg/>").expect("written");
        assert_eq!(reasons(), ["other.svg"]);
        fs::remove_file(folder(&root).join("other.svg")).expect("removed");
        fs::remove_file(folder(&root).join("workbench.json")).expect("removed");
        assert_eq!(reasons(), ["workbench.md", "workbench.svg"]);
        fs::remove_dir_all(&root).expect("removed");
    }
}
