//! What the runner says, one module a screen.
//!
//! Screens are 80 columns wide and plain where the output isn't a terminal or
//! `NO_COLOR` is set (anstream decides). They take data and return text, so
//! that a screen reads as one piece and is translated in one place.

pub mod book;
pub mod catch_up;
pub mod check;
pub mod clean;
pub mod diff;
pub mod doctor;
pub mod escalate;
pub mod failure;
pub mod list;
pub mod marks;
pub mod measure;
pub mod mistakes;
pub mod over;
pub mod plan;
pub mod red;
pub mod regions;
pub mod rootfs;
pub mod shell;
pub mod sync;
pub mod update;
pub mod vm;
pub mod watch;

use std::io::{self, IsTerminal, Write};

use anstream::adapter::strip_str;
use anstyle::{AnsiColor, Effects, Style};
use unicode_width::UnicodeWidthStr;

use crate::{terminal, waiting};

/// Columns of a screen where the terminal isn't narrower.
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
    write(&mut anstream::stdout(), io::stdout().is_terminal(), text);
}

/// Writes to standard error.
pub fn print_error(text: &str) {
    write(&mut anstream::stderr(), io::stderr().is_terminal(), text);
}

/// The columns a text takes on a terminal; its styles and links take none.
pub fn columns(text: &str) -> usize {
    strip_str(text).to_string().width()
}

/// A text and spaces up to `width` columns, but at least `gap`.
pub fn padded(text: &str, width: usize, gap: usize) -> String {
    let spaces = width.saturating_sub(columns(text)).max(gap);
    format!("{text}{:spaces$}", "")
}

/// A file or a pipe gets the text as it is; a terminal as it can show it.
fn write(out: &mut impl Write, terminal: bool, text: &str) {
    let spelled = terminal.then(|| terminal::spelled(text));
    let text = spelled.as_deref().unwrap_or(text);
    waiting::above(|| {
        let _ = out.write_all(text.as_bytes());
        let _ = out.flush();
    });
}

/// Hands on what another program wrote to standard error, as it is.
pub fn relay_error(bytes: &[u8]) {
    waiting::above(|| {
        let mut out = io::stderr().lock();
        let _ = out.write_all(bytes);
        let _ = out.flush();
    });
}

/// Words in lines of at most [`WIDTH`] columns, fewer on a narrower terminal.
/// The first line stands at
/// `first` columns, after `mark`; the others at `rest`. A word that is too long
/// for a line has one of its own. Ends with a line's end.
pub fn wrap(mark: &str, first: usize, rest: usize, text: &str) -> String {
    let mut wrapped = format!("{:first$}{mark}", "");
    let mut column = first + columns(mark);
    let mut at_start = true;
    let width = terminal::screen_columns();
    for word in text.split_whitespace() {
        let length = columns(word);
        if !at_start && column + 1 + length > width {
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

/// A text that a terminal leads to a URL with a click (OSC 8). Like a style it
/// is left out where the output isn't a terminal.
pub fn hyperlink(text: &str, url: &str) -> String {
    const START: &str = "\u{1b}]8;;";
    const END: &str = "\u{1b}\\";
    // A console without a mouse shows nothing, or the sequence itself.
    match std::env::var("TERM").as_deref() {
        Ok("linux" | "dumb") => text.to_owned(),
        _ => format!("{START}{url}{END}{text}{START}{END}"),
    }
}

/// A paragraph indented by two columns.
pub fn paragraph(text: &str) -> String {
    wrap("", 2, 2, text)
}

/// A label and its value.
pub fn labelled(label: &str, value: &str) -> String {
    labels(2, LABEL, &[(label.to_owned(), value.to_owned())])
}

/// Columns of a label, when none of a block is longer.
const LABEL: usize = 8;

/// Labels and their values, one below the other.
pub fn block(rows: &[(String, String)]) -> String {
    labels(2, LABEL, rows)
}

/// As [`block`], at a column, with labels of at least `least` columns.
pub fn labels(indent: usize, least: usize, rows: &[(String, String)]) -> String {
    let widths = rows.iter().map(|(label, _)| columns(label));
    let width = 1 + widths.fold(least, usize::max);
    rows.iter()
        .map(|(label, value)| wrap(&padded(label, width, 1), indent, indent + width, value))
        .collect()
}

/// What Rust adds to every panic. A check never lets a backtrace be asked for.
const BACKTRACE: &str = "note: run with `RUST_BACKTRACE=1`";

/// The end of a program's output, indented: the last lines, without control
/// characters, each wrapped: what matters in an error stands at its end.
pub fn tail(text: &str, lines: usize) -> String {
    let all: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with(BACKTRACE))
        .collect();
    let mut shown = String::new();
    for line in &all[all.len().saturating_sub(lines)..] {
        let line: String = line.chars().filter(|c| !c.is_control()).collect();
        shown.push_str(&wrap("", 4, 6, &line));
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
        let plain = strip_str(&wrapped).to_string();
        assert!(plain.lines().all(|line| columns(line) <= WIDTH), "{plain}");
        assert!(plain.starts_with("    x word"));
        assert!(
            plain
                .lines()
                .skip(1)
                .all(|line| line.starts_with("      word"))
        );
    }

    #[test]
    fn styles_take_no_columns_and_wide_letters_take_two() {
        assert_eq!(columns(&paint(BOLD, "word")), 4);
        let word = "\u{5bb9}\u{5668}";
        assert_eq!(columns(word), 4);
        let painted = wrap("", 0, 0, &format!("{} ", paint(BOLD, word)).repeat(16));
        let plain = strip_str(&painted).to_string();
        assert_eq!(plain.lines().next().map(columns), Some(79), "{plain}");
    }

    #[test]
    fn values_stand_below_each_other_whatever_the_labels_are() {
        let row = |label: &str| (label.to_owned(), "value".to_owned());
        assert_eq!(block(&[row("file")]), "  file     value\n");
        assert_eq!(
            block(&[row("file"), row("a longer label")]),
            "  file           value\n  a longer label value\n"
        );
    }

    #[test]
    fn a_link_takes_the_columns_of_its_text_and_is_stripped() {
        let link = format!(
            "\u{1b}]8;;{}\u{1b}\\here\u{1b}]8;;\u{1b}\\",
            "x".repeat(200)
        );
        assert_eq!(columns(&link), 4);
        let plain = |text: &str| anstream::adapter::strip_str(text).to_string();
        assert_eq!(plain(&labelled("read", &link)), "  read     here\n");
        assert_eq!(plain(&hyperlink("here", "file:///a%20b#c")), "here");
    }

    #[test]
    fn a_tail_keeps_the_end_of_a_long_line() {
        let line = format!(
            "program: exec {}: No such file or directory",
            "x".repeat(70)
        );
        let shown = tail(&line, 1);
        let words: Vec<&str> = shown.split_whitespace().collect();
        assert!(words.ends_with(&["or", "directory"]), "{shown}");
    }

    #[test]
    fn a_tail_holds_no_control_characters() {
        assert_eq!(tail("a\n\nb\u{1b}[31m\nc\n", 2), "    b[31m\n    c\n");
    }
}
