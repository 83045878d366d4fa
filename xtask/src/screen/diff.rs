//! The screen of `diff`.

use lab_judge::Lab;
use similar::{ChangeTag, TextDiff};

use super::{BOLD, GREEN, RED, labelled, paint, paragraph, wrap};
use crate::diff::Compared;
use crate::message::say;

/// Each task in both versions, line by line.
pub fn text(lab: &Lab, compared: &[Compared], left_out: &[&str]) -> String {
    let mut text = String::new();
    for one in compared {
        let head = say!(
            "diff-head",
            lab = lab.lab.as_str(),
            task = one.task.as_str(),
        );
        text += &format!("{}\n", paint(BOLD, &head));
        text += &labelled(&say!("diff-label-file"), &one.place);
        text += "\n";
        text += &lines(one);
        text += "\n";
    }
    if !left_out.is_empty() {
        let left_out = say!("diff-left-out", tasks = left_out.join(", "));
        text += &wrap("", 0, 0, &left_out);
    }
    text + &wrap("", 0, 0, &say!("diff-why", lab = lab.lab.as_str()))
}

fn lines(one: &Compared) -> String {
    let mine = one.mine.as_deref();
    let indent = indent([mine.unwrap_or_default(), &one.reference]);
    let mine = mine.map(|mine| without(mine, indent));
    let reference = without(&one.reference, indent);
    if mine.as_deref() == Some(&reference) {
        return paragraph(&say!("diff-same"));
    }
    let mut text = paragraph(&say!("diff-sides"));
    if mine.is_none() {
        text += &paragraph(&say!("diff-unwritten"));
    }
    let mine = mine.unwrap_or_default();
    for change in TextDiff::from_lines(&mine, &reference).iter_all_changes() {
        // A learner's line may hold what a terminal would obey.
        let line: String = change.value().trim_end().replace('\t', "    ");
        let line: String = line.chars().filter(|c| !c.is_control()).collect();
        text += &match change.tag() {
            ChangeTag::Equal => format!("    {line}").trim_end().to_owned(),
            ChangeTag::Delete => paint(RED, format!("  - {line}").trim_end()),
            ChangeTag::Insert => paint(GREEN, format!("  + {line}").trim_end()),
        };
        text += "\n";
    }
    text
}

/// Columns that every line of both begins with.
fn indent(texts: [&str; 2]) -> usize {
    let lines = texts.into_iter().flat_map(str::lines);
    let lines = lines.filter(|line| !line.trim().is_empty());
    let indents = lines.map(|line| line.len() - line.trim_start_matches(' ').len());
    indents.min().unwrap_or(0)
}

fn without(text: &str, indent: usize) -> String {
    let line = |line: &str| format!("{}\n", line.get(indent..).unwrap_or_default());
    text.lines().map(line).collect()
}
