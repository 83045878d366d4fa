//! What a lab's `lab.yaml` promises about its chapter.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lab_judge::Lab;

use super::fault::Fault;
use super::page::{Heading, Page};

/// The sections every chapter has, at least once.
const SECTIONS: [&str; 7] = [
    "Predict before you code",
    "A look by hand",
    "The mechanism",
    "The build",
    "Break it",
    "What the real ones do",
    "Questions",
];

/// Words a part may have, code and drawings not counted.
const WORDS: std::ops::RangeInclusive<usize> = 900..=2300;

/// Faults of all chapters. A `lab.yaml` that is refused is one of them.
pub fn check(root: &Path, pages: &BTreeMap<PathBuf, &Page>) -> Vec<Fault> {
    let dirs = match lab_judge::lab_dirs(root) {
        Ok(dirs) => dirs,
        Err(error) => return vec![Fault::new(&root.join("labs"), 1, format!("read: {error}"))],
    };
    let mut faults = Vec::new();
    for dir in dirs {
        let file = dir.join("lab.yaml");
        match Lab::load(&dir) {
            Ok(loaded) => faults.extend(of_lab(&file, &loaded.lab, root, pages)),
            Err(refusals) => {
                for refusal in refusals.iter() {
                    faults.push(Fault::new(&file, 1, refusal.to_string()));
                }
            }
        }
    }
    faults
}

fn of_lab(file: &Path, lab: &Lab, root: &Path, pages: &BTreeMap<PathBuf, &Page>) -> Vec<Fault> {
    let path = root.join("book/src").join(format!("{}.md", lab.chapter));
    let Some(page) = pages.get(&path) else {
        let line = line_with(file, &["chapter:"]);
        return vec![Fault::new(
            file,
            line,
            format!("chapter {}: no such page", lab.chapter),
        )];
    };
    let mut faults = Vec::new();
    let ids = page.ids();
    let tasks = lab
        .tasks
        .iter()
        .map(|task| ("heading:", task.heading.as_str()));
    let diagnoses = lab.checks.iter().flat_map(|check| &check.diagnoses);
    let reads = diagnoses.filter_map(|diagnosis| Some(("read:", diagnosis.read.as_deref()?)));
    for (key, heading) in tasks.chain(reads) {
        if !ids.contains(heading) {
            let reason = format!("{key} {heading}: the chapter has no such heading");
            faults.push(Fault::new(file, line_with(file, &[key, heading]), reason));
        }
    }
    for section in SECTIONS {
        if !page.headings.iter().any(|heading| heading.text == section) {
            faults.push(Fault::new(
                &page.path,
                1,
                format!("the section {section:?} is missing"),
            ));
        }
    }
    faults.extend(of_parts(lab, page));
    faults.extend(listings(lab, page, root, pages));
    faults
}

/// The other pages that have an entry for every lab, and the number of checks
/// the start page announces.
fn listings(lab: &Lab, page: &Page, root: &Path, pages: &BTreeMap<PathBuf, &Page>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let target = format!("({}.md)", lab.chapter);
    let heading = page.headings.first().map(|heading| heading.text.as_str());
    for (other, what) in [("needs.md", "row"), ("teaching.md", "section")] {
        let path = root.join("book/src").join(other);
        let there = pages.get(&path).is_some_and(|page| match what {
            "row" => page.prose.contains(&target),
            _ => page
                .headings
                .iter()
                .any(|own| Some(own.text.as_str()) == heading),
        });
        if !there {
            faults.push(Fault::new(&path, 1, format!("no {what} for {}", lab.lab)));
        }
    }
    let start = root.join("book/src/start.md");
    let command = format!("cargo xtask check {}", short(&lab.lab));
    let announced = format!("{} checks", lab.checks.len());
    if let Some(page) = pages.get(&start) {
        if page.text.contains(&command) && !page.prose.contains(&announced) {
            let reason = format!("does not say that {} has {announced}", lab.lab);
            faults.push(Fault::new(&start, 1, reason));
        }
    }
    faults
}

/// `lab-01` of `lab-01-namespaces`.
fn short(lab: &str) -> &str {
    let end = lab
        .match_indices('-')
        .nth(1)
        .map_or(lab.len(), |(at, _)| at);
    &lab[..end]
}

/// Each part has its heading, its minutes and its measure of words.
fn of_parts(lab: &Lab, page: &Page) -> Vec<Fault> {
    let mut faults = Vec::new();
    let title = |id: &str, title: &str| format!("Part {id}: {}", title.to_lowercase());
    for part in &lab.parts {
        let wanted = title(&part.id, &part.title);
        let is_it = |heading: &Heading| heading.text.to_lowercase() == wanted.to_lowercase();
        let Some(at) = page.headings.iter().position(is_it) else {
            let reason = format!("the heading {wanted:?} is missing");
            faults.push(Fault::new(&page.path, 1, reason));
            continue;
        };
        let begin = &page.headings[at];
        let ends = |heading: &&Heading| heading.level <= begin.level;
        let end = page.headings[at + 1..].iter().find(ends);
        let lines = page.prose.lines().skip(begin.line);
        let length = end.map_or(usize::MAX, |end| end.line - begin.line - 1);
        let prose: Vec<&str> = lines.take(length).collect();
        let mut wrong = |reason| faults.push(Fault::new(&page.path, begin.line, reason));
        let minutes = format!("{} minutes", part.minutes);
        if !prose.iter().any(|line| line.contains(&minutes)) {
            wrong(format!(
                "part {}: does not say {minutes:?} as lab.yaml does",
                part.id
            ));
        }
        let spoken = |word: &&str| word.chars().any(char::is_alphabetic);
        let words = prose.iter().flat_map(|line| line.split_whitespace());
        let words = words.filter(spoken).count();
        if !WORDS.contains(&words) {
            wrong(format!(
                "part {}: {words} words, not between {} and {}",
                part.id,
                WORDS.start(),
                WORDS.end()
            ));
        }
    }
    faults
}

/// The first line of a file with all these words, or 1.
fn line_with(file: &Path, words: &[&str]) -> usize {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let all = |line: &str| words.iter().all(|word| line.contains(word));
    text.lines().position(all).map_or(1, |index| index + 1)
}
