//! What the runner says, one module a screen.
//!
//! Screens are 80 columns wide and plain where the output isn't a terminal or
//! `NO_COLOR` is set (anstream decides). They take data and return text, so
//! that a screen reads as one piece and is translated in one place.

pub mod check;
pub mod clean;
pub mod failure;
pub mod list;
pub mod mistakes;
pub mod plan;
pub mod red;
pub mod regions;
pub mod sync;
pub mod vm;

use std::io::Write;

use anstyle::{AnsiColor, Effects, Style};

/// Columns of a screen.
pub const WIDTH: usize = 80;

pub const GREEN: Style = AnsiColor::Green.on_default();
pub const RED: Style = AnsiColor::Red.on_default();
pub const YELLOW: Style = AnsiColor::Yellow.on_default();
pub const BOLD: Style = Style::new().effects(Effects::BOLD);

/// Text in a style.
pub fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Writes to standard output. A reader that has gone away (`| head`) ends the
/// screen, not the command.
pub fn print(text: &str) {
    let mut out = anstream::stdout();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}

/// Writes to standard error.
pub fn print_error(text: &str) {
    let mut out = anstream::stderr();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}

/// Words in lines of at most [`WIDTH`] columns. The first line stands at
/// `first` columns, after `mark`; the others at `rest`. A word that is too long
/// for a line has one of its own. Ends with a line's end.
pub fn wrap(mark: &str, first: usize, rest: usize, text: &str) -> String {
    let mut wrapped = format!("{:first$}{mark}", "");
    // The marks are single columns with styles around them.
    let mut column = first
        + anstream::adapter::strip_str(mark)
            .to_string()
            .chars()
            .count();
    let mut at_start = true;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if !at_start && column + 1 + length > WIDTH {
            wrapped.push('\n');
            wrapped.push_str(&" ".repeat(rest));
            column = rest;
            at_start = true;
        }
        if !at_start {
            wrapped.push(' ');
            column += 1;
        }
        wrapped.push_str(word);
        column += length;
        at_start = false;
    }
    wrapped.push('\n');
    wrapped
}

/// A paragraph indented by two columns.
pub fn paragraph(text: &str) -> String {
    wrap("", 2, 2, text)
}

/// A label of eight columns and its value.
pub fn labelled(label: &str, value: &str) -> String {
    wrap(&format!("{label:<9}"), 2, 11, value)
}

/// `1 check`, `2 checks`.
pub fn count(number: usize, one: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {one}{ending}")
}

/// What Rust adds to every panic. A check never lets a backtrace be asked for.
const BACKTRACE: &str = "note: run with `RUST_BACKTRACE=1`";

/// The end of a program's output, indented: the last lines, each cut to the
/// screen's width, without control characters.
pub fn tail(text: &str, lines: usize) -> String {
    let all: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with(BACKTRACE))
        .collect();
    let mut shown = String::new();
    for line in &all[all.len().saturating_sub(lines)..] {
        let line: String = line
            .chars()
            .filter(|c| !c.is_control())
            .take(WIDTH - 4)
            .collect();
        shown.push_str(&format!("    {line}\n"));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_the_screen() {
        let text = "word ".repeat(60);
        let wrapped = wrap(&paint(RED, "x "), 4, 6, &text);
        let plain = anstream::adapter::strip_str(&wrapped).to_string();
        assert!(
            plain.lines().all(|line| line.chars().count() <= WIDTH),
            "{plain}"
        );
        assert!(plain.starts_with("    x word"));
        assert!(
            plain
                .lines()
                .skip(1)
                .all(|line| line.starts_with("      word"))
        );
    }

    #[test]
    fn a_tail_holds_no_control_characters() {
        assert_eq!(tail("a\n\nb\u{1b}[31m\nc\n", 2), "    b[31m\n    c\n");
    }
}
