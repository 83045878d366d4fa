//! Why a command stopped.

use std::io::{self, IsTerminal};

use super::{RED, paint, print_error, wrap};
use crate::failure::Failure;
use crate::message::say;

/// One reason a line, on standard error. A terminal gets them broken between
/// words, where `file:line` is one, so that its link to the place works; a file
/// or a pipe gets a reason as one line.
pub fn print(failure: &Failure) {
    let label = match failure {
        Failure::Usage(_) => say!("failure-usage"),
        Failure::Code(_) => say!("failure-code"),
        Failure::Machine(_) => say!("failure-machine"),
    };
    let label = paint(RED, &label);
    let terminal = io::stderr().is_terminal();
    let laid_out = |text: &str| match terminal {
        true => wrap("", 0, 2, text),
        false => format!("{text}\n"),
    };
    let mut text = String::new();
    for reason in failure.to_string().lines() {
        text += &laid_out(&format!("{label}: {reason}"));
    }
    if let Failure::Code(_) = failure {
        text += &laid_out(&say!("failure-marks"));
    }
    print_error(&text);
}
