//! Pictures exist, can be read by those who don't see them, and take the
//! theme's colours.
//!
//! An SVG shown by `![…](…)` is a document of its own: `currentColor` is black
//! in it whatever the theme. So drawings are included into the page, between
//! `<figure>` and `</figure>`, where they inherit the text's colour.

use std::path::Path;

use super::fault::Fault;
use super::includes::includes;
use super::links::{leaves_the_web_page, links, without_dots};
use super::page::{Page, line_of};

/// The attributes that paint.
const PAINTS: [&str; 4] = ["fill", "stroke", "color", "stop-color"];

/// Faults of one page's pictures, and of the drawings it includes.
pub fn check(page: &Page, root: &Path) -> Vec<Fault> {
    let mut faults = Vec::new();
    let folder = page.path.parent().unwrap_or(root);
    for link in links(&page.prose).into_iter().filter(|link| link.picture) {
        let target = link.target;
        let mut wrong =
            |reason: String| faults.push(Fault::new(&page.path, page.line_of(link.offset), reason));
        if link.text.trim().is_empty() {
            wrong(format!("{target}: a picture without alternative text"));
        }
        if leaves_the_web_page(target) {
            wrong(format!("{target}: a picture from another site"));
        } else if !folder.join(target).is_file() {
            wrong(format!("{target}: no such picture"));
        } else if target.ends_with(".svg") {
            wrong(format!(
                "{target}: shown as an image it can't take the theme's colour; include it"
            ));
        }
    }
    for include in includes(&page.text) {
        let path = without_dots(&folder.join(include.file));
        if include.file.ends_with(".svg") {
            if let Ok(text) = std::fs::read_to_string(&path) {
                faults.extend(drawing(&path, &text));
            }
        }
    }
    faults
}

/// Faults of one drawing.
fn drawing(path: &Path, text: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut wrong = |line, reason: String| faults.push(Fault::new(path, line, reason));
    if !text.contains("role=\"img\"") || !text.contains("aria-label=\"") {
        wrong(
            1,
            "a drawing needs role=\"img\" and an aria-label that says what it shows".into(),
        );
    }
    if let Some(line) = text
        .trim_end()
        .lines()
        .position(|line| line.trim().is_empty())
    {
        wrong(
            line + 1,
            "an empty line ends the HTML the drawing stands in".into(),
        );
    }
    for name in PAINTS {
        for (separator, end) in [("=\"", '"'), (":", ';')] {
            for (offset, mark) in text.match_indices(&format!("{name}{separator}")) {
                let value = &text[offset + mark.len()..];
                let value = value[..value.find([end, '"', '}']).unwrap_or(0)].trim();
                let boundary = text[..offset].chars().next_back();
                let whole = boundary.is_none_or(|c| !c.is_alphanumeric() && c != '-');
                if whole && !takes_the_theme(value) {
                    let reason = format!("{name} {value}: use currentColor or var(--…)");
                    wrong(line_of(text, offset), reason);
                }
            }
        }
    }
    faults
}

fn takes_the_theme(value: &str) -> bool {
    [
        "currentColor",
        "none",
        "inherit",
        "transparent",
        "context-stroke",
    ]
    .contains(&value)
        || value.starts_with("var(--")
        || value.starts_with("url(#")
}
